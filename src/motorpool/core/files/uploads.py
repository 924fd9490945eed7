"""An upload as it comes over HTTP: `multipart/form-data` from a form, or the bare content from a program.

Either way the content goes straight to the spool. Form fields may stand before or after the file.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from motorpool.core.errors import BadRequest, FieldProblem, Invalid
from motorpool.core.files.spool import Spool

MAX_FIELD_BYTES = 4096
MAX_SEGMENTS = 20
#: Room for the form around a file of the largest size, in bytes.
FORM_ALLOWANCE = 64 * 1024


@dataclass(slots=True)
class Upload:
    """What was sent beside the content."""

    name: str
    declared_type: str | None
    fields: dict[str, str] = field(default_factory=dict)


async def receive_upload(
    headers: Mapping[str, str],
    query: Mapping[str, str],
    body: AsyncIterator[bytes],
    spool: Spool,
    *,
    needs_file: bool = True,
) -> Upload:
    """Write the content of a request into the spool. `needs_file` False: a form may come without one, and its name is empty.

    A bare body is named by `Content-Disposition: attachment; filename=...` or `?name=`. Raises BadRequest, Invalid,
    PayloadTooLarge.
    """
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) > spool.limit_bytes + FORM_ALLOWANCE:
        # Before it is received in vain.
        raise spool.too_large()
    header = headers.get("content-type", "")
    if header.split(";")[0].strip().lower() == "multipart/form-data":
        boundary = _parameter("content-type", header, "boundary")
        if not boundary:
            raise BadRequest("The form has no boundary.", code="bad_form")
        return await _receive_form(boundary, body, spool, needs_file)
    async for chunk in body:
        await spool.write(chunk)
    disposition = headers.get("content-disposition", "")
    name = query.get("name") or _parameter("content-disposition", disposition, "filename")
    if not name:
        raise Invalid(fields=[FieldProblem("name", "must be given, such as ?name=photo.jpg", "required")])
    return Upload(name, header or None, {key: value for key, value in query.items() if key != "name"})


async def _receive_form(boundary: str, body: AsyncIterator[bytes], spool: Spool, needs_file: bool) -> Upload:
    upload: Upload | None = None
    fields: dict[str, str] = {}
    current: MultipartSegment | None = None
    text = bytearray()
    try:
        parser = PushMultipartParser(boundary, max_segment_count=MAX_SEGMENTS)
        async for chunk in body:
            if not chunk:
                continue
            for event in parser.parse(chunk):
                if isinstance(event, MultipartSegment):
                    current, text = event, bytearray()
                    if event.filename is not None:
                        if upload is not None:
                            raise _wrong("file", "one request takes one file", "too_many")
                        upload = Upload(event.filename, event.content_type)
                elif event is None:
                    if current is not None and current.filename is None:
                        fields[current.name] = text.decode("utf-8", "replace")
                elif current is not None and current.filename is not None:
                    await spool.write(bytes(event))
                else:
                    text += event
                    if current is not None and len(text) > MAX_FIELD_BYTES:
                        raise _wrong(current.name, f"is longer than {MAX_FIELD_BYTES} bytes", "too_long")
        parser.close()
    except MultipartError as error:
        raise BadRequest(f"The form cannot be read: {error}.", code="bad_form") from error
    if (upload is None or not upload.name) and not needs_file:
        return Upload("", None, fields)
    if upload is None or not upload.name:
        raise _wrong("file", "must be a file in the form", "required")
    upload.fields = fields
    upload.name = fields.pop("name", "") or upload.name
    return upload


def _parameter(header_name: str, value: str, parameter: str) -> str | None:
    """A parameter of a header, also in the extended form of RFC 5987 (`filename*=UTF-8''...`)."""
    message = Message()
    message[header_name] = value
    found = message.get_param(parameter, header=header_name)
    return collapse_rfc2231_value(found) if found else None


def _wrong(name: str, message: str, code: str) -> Invalid:
    return Invalid("Some fields are not valid.", fields=[FieldProblem(name, message, code)])
