"""From our roles to Wagtail's permissions: groups per department, their pages, pictures and documents."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import models
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from .models import Role, RoleKind, User

PREFIX = "mitwirken:"
WRITERS = (RoleKind.EDITOR, RoleKind.PROJECT_LEAD)
PAGE_RIGHTS = ("add_page", "change_page", "publish_page")
FILE_RIGHTS = {
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}


def sync(user: User) -> None:
    """Put the user into exactly the groups that follow from their roles."""
    user.role_map = None
    ours = Group.objects.filter(name__startswith=PREFIX)
    wanted = {group_for(role) for role in user.roles.select_related("department") if role.kind in WRITERS}
    user.groups.remove(*(group for group in ours.filter(user=user) if group not in wanted))
    user.groups.add(*wanted)


def group_for(role: Role) -> Group:
    """The group of this role kind in this department, with its rights up to date."""
    name = f"{PREFIX}{role.department.slug if role.department else 'alle'}:{role.kind}"
    group = Group.objects.get_or_create(name=name)[0]
    give_rights(group, role.department)
    return group


def give_rights(group: Group, department: models.Model | None) -> None:
    """Rights on the department's section (all sections without one) and on its own files."""
    page = section_of(department)
    if page is not None:
        for right in Permission.objects.filter(
            content_type__app_label="wagtailcore", content_type__model="page", codename__in=PAGE_RIGHTS
        ):
            GroupPagePermission.objects.get_or_create(group=group, page=page, permission=right)
    collection = collection_of(department)
    for app, codenames in FILE_RIGHTS.items():
        for right in Permission.objects.filter(content_type__app_label=app, codename__in=codenames):
            GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=right)


def section_of(department: models.Model | None) -> Page | None:
    """The department's section; for all departments the page that holds the sections."""
    sections = apps.get_model("portal", "SectionPage").objects  # the portal lies above: found by name
    if department is not None:
        return Page.objects.filter(pk__in=sections.filter(department=department).values("pk")).first()
    first = sections.first()
    return first.get_parent() if first else Page.objects.filter(depth=2).first()


def collection_of(department: models.Model | None) -> Collection:
    """The department's own collection of pictures and documents; the root for all of them."""
    root = Collection.objects.filter(depth=1).first() or Collection.add_root(name="Root")
    if department is None:
        return root
    name = str(department)
    return root.get_children().filter(name=name).first() or root.add_child(name=name)


def section_was_saved(sender: type[models.Model], instance: Any, created: bool, **kwargs: object) -> None:
    """A new section: the roles its department already has now hold there, too."""
    if created:
        for role in Role.objects.filter(department=instance.department, kind__in=WRITERS).distinct():
            group_for(role)
