"""An IMAP server as small as can be, on a loopback port: what the poller says, it answers, over a real socket."""

import re
import socketserver
import threading


class ImapMailbox:
    """Mails by number; what is flagged, copied and gone is to be seen."""

    def __init__(self):
        self.mails: dict[int, bytes] = {}
        self.flags: dict[int, set[str]] = {}
        self.copies: list[tuple[int, str]] = []
        self.unreadable: set[int] = set()

    def __enter__(self):
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"* OK ready\r\n")
                for line in self.rfile:
                    tag, _, words = line.decode().strip().partition(" ")
                    for answer in box.answer(words):
                        self.wfile.write(answer if isinstance(answer, bytes) else answer.encode() + b"\r\n")
                    ending = "NO" if box.refused else "OK"
                    self.wfile.write(f"{tag} {ending} done\r\n".encode())
                    if words.upper().startswith("LOGOUT"):
                        return

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.url = f"imap://stadt:geheim@127.0.0.1:{self.server.server_address[1]}/INBOX"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, words):
        self.refused = False
        verb = words.upper()
        if verb.startswith("CAPABILITY"):
            return ["* CAPABILITY IMAP4rev1"]
        if verb.startswith("LOGIN"):
            self.refused = '"geheim"' not in words
        elif verb.startswith("SELECT"):
            return [f"* {len(self.mails)} EXISTS"]
        elif verb.startswith("UID SEARCH"):
            open_ones = [number for number in sorted(self.mails) if not self.flags.get(number)]
            return ["* SEARCH " + " ".join(map(str, open_ones))]
        elif verb.startswith("UID"):
            return self.about(words)
        elif verb.startswith("EXPUNGE"):
            for number in [number for number, flags in self.flags.items() if "\\Deleted" in flags]:
                del self.mails[number], self.flags[number]
        return []

    def about(self, words):
        _uid, verb, number, rest = words.split(" ", 3)
        uid = int(number)
        if verb == "FETCH" and "SIZE" in rest:
            return [f"* 1 FETCH (UID {uid} RFC822.SIZE {len(self.mails[uid])})"]
        if verb == "FETCH":
            if uid in self.unreadable:
                self.refused = True
                return []
            raw = self.mails[uid]
            return [f"* 1 FETCH (UID {uid} BODY[] {{{len(raw)}}}", raw, ")"]
        if verb == "STORE":
            self.flags.setdefault(uid, set()).update(re.findall(r"\\\w+", rest))
        if verb == "COPY":
            self.copies.append((uid, rest.strip('"')))
        return []
