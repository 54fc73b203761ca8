"""What we know about a person, for that person (Art. 15 and 20 GDPR)."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from .models import User


def personal_data(user: User) -> dict[str, Any]:
    """Everything stored under the account, as plain values ready for JSON."""
    return {
        "account": {
            "email": user.email,
            "public_name": user.pseudonym,
            "first_name": user.first_name,
            "last_name": user.last_name,
            "since": user.date_joined.isoformat(),
            "last_sign_in": user.last_login.isoformat() if user.last_login else None,
        },
        "addresses": [
            {"email": address.email, "confirmed": address.verified}
            for address in EmailAddress.objects.filter(user=user)
        ],
        "roles": [
            {"role": role.kind, "department": str(role.department) if role.department else None}
            for role in user.roles.select_related("department")
        ],
        "ways_to_sign_in": [
            {"kind": way.type, "since": way.created_at.isoformat()} for way in Authenticator.objects.filter(user=user)
        ],
        # Rows of the portal, which lies above; its foreign key gives them this name.
        "contributions": [
            {
                "receipt": row.receipt,
                "title": row.title,
                "text": row.text,
                "name_shown": row.author_name,
                "place": row.place,
                "handed_in": row.created_at.isoformat(),
                "standing": row.standing,
            }
            for row in user.contributions.order_by("created_at", "id")
        ],
    }
