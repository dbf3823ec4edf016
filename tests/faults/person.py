"""Somebody at a browser without script: signs in, opens forms, sends them with files."""

import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

from tests.dhis2_face.scene import PASSWORD

_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_BOUNDARY = "between-the-fields"


class Person:
    """`writer` of the scene, signed in at the site on that port."""

    def __init__(self, port: int) -> None:
        self.site = f"http://127.0.0.1:{port}"
        cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self.send("/connexion/", self.hidden("/connexion/") | {"username": "writer", "password": PASSWORD})
        assert self.ask("/imports/nouveau/")[0] == 200

    def ask(self, path: str, data: bytes | None = None, kind: str = "") -> tuple[int, str]:
        """Status and text of the page that one arrives at; 0 where nobody answers."""
        headers = {"Content-Type": kind, "Referer": self.site + path} if data is not None else {}
        try:
            with self._opener.open(urllib.request.Request(self.site + path, data, headers), timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except OSError:
            return 0, ""

    def hidden(self, path: str) -> dict[str, str]:
        """What the form of the page sends along unasked: its token, its number."""
        status, page = self.ask(path)
        assert status == 200, (path, status)
        return dict(_FIELD.findall(page))

    def send(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        return self.ask(path, urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded")

    def upload(self, fields: dict[str, str], content: bytes, name: str) -> tuple[int, str]:
        """The form of imports with a file."""
        body, kind = self.multipart(fields, content, name)
        return self.ask("/imports/nouveau/", body, kind)

    @staticmethod
    def multipart(fields: dict[str, str], content: bytes, name: str) -> tuple[bytes, str]:
        of = "Content-Disposition: form-data; name"
        parts = [f'{of}="{key}"\r\n\r\n{value}\r\n'.encode() for key, value in fields.items()]
        parts.append(f'{of}="file"; filename="{name}"\r\n\r\n'.encode() + content + b"\r\n")
        mark = f"--{_BOUNDARY}\r\n".encode()
        body = mark + mark.join(parts) + f"--{_BOUNDARY}--\r\n".encode()
        return body, f"multipart/form-data; boundary={_BOUNDARY}"
