"""Everything that changes the pool."""

from .desk import Blocked, Reach, note_evidence, take_in
from .freezing import freeze
from .joining import (
    Confirmation,
    Profile,
    ask_to_join,
    confirm,
    enter_by_code,
    look_at_confirmation,
    send_link,
)
from .mailings import advance, announce, announce_new_steps, announceable, start_digests
from .merging import merge
from .moving import ask_to_move, stop_moving
from .profile import (
    change_profile,
    erase_member,
    grant,
    leave,
    leave_all,
    leave_by_token,
    pause,
    renew_link,
    resume,
    stay,
)
from .restoring import reapply_erasures
from .retention import ask_to_stay, ask_who_is_silent, forget
from .selections import change_selection, delete_selection, save_selection
from .steering import (
    by_way,
    cancel,
    conservation,
    halt,
    members_told,
    pause_dispatch,
    release_held,
    resume_dispatch,
    retry_failed,
)
from .traits import volunteer

__all__ = [
    "Blocked",
    "Confirmation",
    "Profile",
    "Reach",
    "advance",
    "announce",
    "announce_new_steps",
    "announceable",
    "ask_to_join",
    "ask_to_move",
    "ask_to_stay",
    "ask_who_is_silent",
    "by_way",
    "cancel",
    "change_profile",
    "change_selection",
    "confirm",
    "conservation",
    "delete_selection",
    "enter_by_code",
    "erase_member",
    "forget",
    "freeze",
    "grant",
    "halt",
    "leave",
    "leave_all",
    "leave_by_token",
    "look_at_confirmation",
    "members_told",
    "merge",
    "note_evidence",
    "pause",
    "pause_dispatch",
    "reapply_erasures",
    "release_held",
    "renew_link",
    "resume",
    "resume_dispatch",
    "retry_failed",
    "save_selection",
    "send_link",
    "start_digests",
    "stay",
    "stop_moving",
    "take_in",
    "volunteer",
]
