"""Which addresses we may call: a model endpoint is typed in by a person and called by the server.

Two checks stand against server-side request forgery. `check_endpoint` reads the address itself,
before anything is resolved. `checked_addresses` resolves the name and refuses everything that is
not on the public internet; the connection is then made to exactly the address that was checked
(`inference.pinned`), so that a name cannot answer differently a second time.

Local servers (Ollama, vLLM, ``transformers serve``) are reached through an allow list of
``host:port`` that whoever runs the installation sets.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from inference.errors import EndpointUnreachable, ForbiddenEndpoint

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

DEFAULT_PORTS = {"http": 80, "https": 443}
FORBIDDEN = (
    "This address is not on the public internet, so it is not called. If it is your own model "
    "server, ask whoever runs this installation to put its host:port on the list of local servers."
)
# IPv6 ranges that carry an IPv4 address somewhere else than in the mapped form.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?")
# Hosts that resolvers read as numbers though they are no plain address: 2130706433, 0x7f.1, 127.1.
_NUMBER_LIKE = re.compile(r"(0x[0-9a-f]*|\d+)(\.(0x[0-9a-f]*|\d+))*\.?", re.IGNORECASE)


@dataclass(frozen=True)
class Endpoint:
    """A well-formed address. ``is_allowed_local`` means it stands on the allow list."""

    url: str
    scheme: str
    host: str
    port: int
    is_allowed_local: bool


def check_endpoint(url: str, allowed_local: tuple[str, ...] = ()) -> Endpoint:
    """Reads an address without connecting or resolving; `ForbiddenEndpoint` says what is wrong."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise _refused("This is not a web address. Write it like https://host/v1.") from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in DEFAULT_PORTS:
        raise _refused("Only http:// and https:// addresses can be called.")
    if not host:
        raise _refused("The address names no host. Write it like https://host/v1.")
    if "@" in parts.netloc:
        raise _refused("Leave user and password out of the address; name a key instead.")
    if parts.query or parts.fragment:
        raise _refused("Leave everything after ? or # out of the address.")
    port = port or DEFAULT_PORTS[parts.scheme]
    is_local = f"{_bracketed(host)}:{port}" in {each.lower() for each in allowed_local}
    if not is_local:
        _check_host(host)
    clean = f"{parts.scheme}://{_bracketed(host)}:{port}{parts.path.rstrip('/')}"
    return Endpoint(clean, parts.scheme, host, port, is_local)


def checked_addresses(host: str, port: int, *, is_allowed_local: bool) -> list[str]:
    """The addresses behind a host, every one of them public; `ForbiddenEndpoint` if any is not.

    A host on the allow list is resolved, not checked. `EndpointUnreachable` if there is none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise EndpointUnreachable(
            f"The host {host} cannot be found. Check the address of the endpoint."
        ) from None
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not is_allowed_local and not all(is_public(address) for address in addresses):
        raise _refused(FORBIDDEN)
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address lies on the public internet, whatever form it is wrapped in."""
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return False
    inner = _carried(ip)
    if inner is not None:
        return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _carried(ip: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside a mapped, 6to4, Teredo or NAT64 one."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)


def _check_host(host: str) -> None:
    literal = _as_ip(host)
    if literal is not None:
        if not is_public(host):
            raise _refused(FORBIDDEN)
        return
    if _NUMBER_LIKE.fullmatch(host):
        raise _refused("Write the IP address in its plain form of four numbers, or use a name.")
    if not _HOST.fullmatch(host):
        raise _refused("The host's name holds characters that are not allowed.")
    if host.rstrip(".") == "localhost" or host.rstrip(".").endswith((".localhost", ".internal")):
        raise _refused(FORBIDDEN)


def _as_ip(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _refused(words: str) -> ForbiddenEndpoint:
    return ForbiddenEndpoint(words, field="location")
