"""Pictures that staff upload, at whichever of Wagtail's doors: looked at, drawn anew, without hidden data."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import FileField
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from .. import images

# Wagtail's own sentences count bytes and name file endings; these say what to do.
SENTENCES = {
    "invalid_image": _("This file is not a JPEG, PNG or WebP picture. Please choose a photo."),
    "invalid_image_extension": _("This file is not a JPEG, PNG or WebP picture. Please choose a photo."),
    "invalid_image_known_format": _(
        "The file is called .%(extension)s, but it is another kind of picture (%(image_format)s). "
        "Please give it the right ending, or save it anew."
    ),
    "file_too_large": _("The picture is larger than 10 MB. Please choose a smaller one."),
    "file_too_large_unknown_size": _("The picture is larger than 10 MB. Please choose a smaller one."),
    "file_too_many_pixels": _("The picture has too many dots. Please make it smaller and try again."),
    "empty": _("The file is empty. Please choose another one."),
    "required": _("Please choose a picture."),
}


class PictureField(WagtailImageField):
    """Wagtail's field, which sees a file only after we have looked at it: damaged ones make its own look fail."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.error_messages |= SENTENCES

    def to_python(self, data: Any) -> Any:
        file = FileField.to_python(self, data)
        if file is None:
            return None
        try:
            content = images.cleaned(file, size=file.size)
        except images.NotAPicture as error:
            raise ValidationError(error.sentence) from error
        # In its place: where another field is wrong, Wagtail keeps the file as it came for a second try.
        file.seek(0)
        file.truncate()
        file.write(content)
        file.flush()
        file.seek(0)
        file.size = len(content)
        return super().to_python(file)


class PictureForm(BaseImageForm):
    """Wagtail's form with our look at the file; `WAGTAILIMAGES_IMAGE_FORM_BASE` names it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if theirs := self.fields.get("file"):
            self.fields["file"] = PictureField(label=theirs.label, required=theirs.required, widget=theirs.widget)

    def clean_title(self) -> str:
        """Without signs nobody sees: a file called after them would show another name than it has."""
        return "".join(sign for sign in self.cleaned_data["title"] if unicodedata.category(sign) != "Cf")

    class Meta(BaseImageForm.Meta):
        pass
