"""Reads the mails of a folder with Python's own parser, which knows nothing of what wrote them, and prints them as JSON."""

import json
import pathlib
import sys
from email import message_from_bytes, policy


def described(path):
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    parts = {part.get_content_type(): part for part in mail.walk() if not part.is_multipart()}
    return {
        "headers": [[name, str(value)] for name, value in mail.items()],
        "addresses": [address.addr_spec for address in mail["to"].addresses],
        "date": mail["date"].datetime.timestamp() * 1000,
        "text": parts["text/plain"].get_content(),
        "html": parts["text/html"].get_content(),
        "types": list(parts),
        "defects": [str(defect) for part in mail.walk() for defect in part.defects]
        + [str(defect) for value in mail.values() for defect in getattr(value, "defects", [])],
    }


print(json.dumps([described(path) for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))]))
