"""What goes with an account: the name on contributions, and the address for answers."""

from mitwirken.accounts.actions import before_deletion

from .models import AuthorContact


@before_deletion
def forget_author(user) -> None:
    """The contribution stays, the person does not."""
    AuthorContact.objects.filter(contribution__author=user).delete()
    user.contributions.update(author_name="")
