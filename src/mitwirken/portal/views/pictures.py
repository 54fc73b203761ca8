"""Pictures of contributions: no picture is seen by more people than its contribution."""

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from mitwirken.core import codes

from .. import policies
from ..models import Attachment, ModerationState, StepState
from .receipts import private


@require_safe
def picture(request: HttpRequest, pk: int) -> FileResponse:
    """For everybody while the contribution is shown; before and after that for those who moderate it."""
    found = Attachment.objects.select_related("contribution__step__project").filter(pk=pk).first()
    if found is None:
        raise Http404("no such picture")
    if _is_public(found):
        response = _file(found)
        # Short: a picture that is hidden must vanish from caches, too.
        response.headers["Cache-Control"] = "public, max-age=300"
        return response
    if not policies.may_moderate(request.user, found.contribution.step):
        raise Http404("no such picture")
    return private(_file(found))


@require_safe
def own_picture(request: HttpRequest, code: str, pk: int) -> FileResponse:
    """For whoever holds the receipt, whether the contribution is shown or not."""
    receipt = codes.normalise(code.replace("\x00", "")[:60])
    found = Attachment.objects.filter(pk=pk, contribution__receipt=receipt).first() if receipt else None
    if found is None:
        raise Http404("no such picture")
    return private(_file(found))


def _is_public(picture: Attachment) -> bool:
    contribution = picture.contribution
    is_shown = contribution.moderation == ModerationState.VISIBLE
    return is_shown and contribution.step.state != StepState.DRAFT and contribution.step.project.live


def _file(picture: Attachment) -> FileResponse:
    """The file from wherever the storage keeps it; every picture was drawn anew as JPEG (`images.redraw`)."""
    try:
        content = picture.image.open("rb")
    except FileNotFoundError:
        raise Http404("the file is gone") from None
    response = FileResponse(content, content_type="image/jpeg")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
