"""What leaves the module: how many ideas there are, and each of them with every field."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

from mitwirken.portal.models import Contribution, Step


def count(step: Step) -> int:
    """Everything handed in, shown or not: a result that hides the hidden would be wrong."""
    return Contribution.objects.filter(step=step).count()


def rows(step: Step) -> Iterator[dict[str, Any]]:
    """Every idea with every field, oldest first; never more than 200 in memory. No address of an author."""
    ideas = (
        Contribution.objects.filter(step=step)
        .select_related("district", "idea__category", "answer__department")
        .prefetch_related("attachments", "comments", "measures")
        .order_by("created_at", "pk")
    )
    for idea in ideas.iterator(chunk_size=200):
        yield _row(idea)


def _row(idea: Contribution) -> dict[str, Any]:
    category = idea.idea.category if hasattr(idea, "idea") else None
    answer = getattr(idea, "answer", None)
    return {
        "number": idea.pk,
        "receipt": idea.receipt,
        "created_at": idea.created_at.isoformat(),
        "channel": idea.channel,
        "trust": idea.trust,
        "title": idea.title,
        "text": idea.text,
        "author_name": idea.author_name,
        "category": category.name if category else "",
        "district": idea.district.name if idea.district else "",
        "place": idea.place,
        "lat": idea.lat,
        "lon": idea.lon,
        "geometry": idea.geometry,
        "moderation": idea.moderation,
        "moderation_reason": idea.moderation_reason,
        "standing": idea.standing,
        "support_count": idea.support_count,
        "comment_count": idea.comment_count,
        "comments": [
            {
                "text": remark.text,
                "author_name": remark.author_name,
                "created_at": remark.created_at.isoformat(),
                "moderation": remark.moderation,
            }
            for remark in idea.comments.all()
        ],
        "images": [settings.SITE_URL + picture.get_absolute_url() for picture in idea.attachments.all()],
        "image_texts": [picture.alt for picture in idea.attachments.all()],
        "answer": answer.text if answer else "",
        "answered_by": answer.department.name if answer else "",
        "answered_at": answer.answered_at.isoformat() if answer else "",
        "measures": [measure.title for measure in idea.measures.all()],
    }
