"""A name server as small as can be: real DNS messages over UDP on a loopback port."""

import socketserver
import threading

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer:
    """Knows what stands in `zone`: {(name, kind): [text of the record, …]}."""

    def __init__(self, zone):
        self.zone = {(name.rstrip(".").lower() + ".", kind): records for (name, kind), records in zone.items()}

    def __enter__(self):
        server = self

        class Talk(socketserver.BaseRequestHandler):
            def handle(self):
                wire, socket = self.request
                socket.sendto(server.answer(dns.message.from_wire(wire)).to_wire(), self.client_address)

        self.server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Talk)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, query):
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        asked = query.question[0]
        name, kind = asked.name.to_text().lower(), asked.rdtype.name
        if (name, kind) in self.zone:
            response.answer.append(dns.rrset.from_text(asked.name, 60, "IN", kind, *self.zone[name, kind]))
        elif not any(known == name for known, _kind in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response
