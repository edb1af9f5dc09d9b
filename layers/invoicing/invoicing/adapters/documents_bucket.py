"""Issued documents in S3: put once, under the retention of the law, read by version."""

import hashlib
from datetime import UTC, datetime, time
from functools import cache
from http import HTTPStatus
from typing import Any

from botocore.exceptions import ClientError

from invoicing import archive, settings
from invoicing.adapters import aws
from invoicing.archive import Content, Duty, File

# S3 says the second of names that are none of its own, and the third to whoever may not list.
_NO_SUCH_VERSION = {"NoSuchVersion", "InvalidArgument", "AccessDenied"}


class AnotherDocumentError(Exception):
    """The object is there with other bytes: two documents claim one place."""


@cache
def shelf() -> "DocumentsBucket":
    """Give the documents' bucket of this deployment."""
    return DocumentsBucket(settings.get("DOCUMENTS_BUCKET"), settings.optional("RETENTION_MODE"))


@cache
def anchors_bucket() -> "DocumentsBucket":
    """Give the bucket that the hashes of closings are kept in."""
    return DocumentsBucket(settings.get("ANCHORS_BUCKET"), settings.optional("RETENTION_MODE"))


class DocumentsBucket:
    """A bucket in which nothing is written twice, locked in a mode unless it is only a trial."""

    def __init__(self, name: str, mode: str | None = None) -> None:
        self._name = name
        self._mode = mode

    def store(self, key: str, content: Content, duty: Duty) -> File:
        """Put a file if there is none; the same bytes again are the same file."""
        try:
            answer = aws.s3().put_object(
                Bucket=self._name,
                Key=key,
                Body=content.data,
                ContentType=archive.CONTENT_TYPES[content.type],
                Metadata={"sha256": content.sha256},
                ChecksumAlgorithm="SHA256",
                IfNoneMatch="*",
                **self._lock(duty),
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
            return self._already(key, content)
        return content.stored(key=key, version=answer["VersionId"])

    def read(self, file: File) -> bytes:
        """Read the version that was recorded; in a restored bucket it has another name."""
        try:
            answer = aws.s3().get_object(Bucket=self._name, Key=file.key, VersionId=file.version)
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NO_SUCH_VERSION:
                raise
            return self._restored(file)
        return answer["Body"].read()

    def _restored(self, file: File) -> bytes:
        """Read what now lies under the key; AnotherDocumentError if it has another hash."""
        data = aws.s3().get_object(Bucket=self._name, Key=file.key)["Body"].read()
        if hashlib.sha256(data).hexdigest() != file.sha256:
            raise AnotherDocumentError(file.key)
        return data

    def find(self, key: str) -> bytes | None:
        """Read the object of this name; None if there is none."""
        try:
            return aws.s3().get_object(Bucket=self._name, Key=key)["Body"].read()
        except aws.s3().exceptions.NoSuchKey:
            return None

    def holds(self, key: str) -> bool:
        """Say whether there is an object of this name."""
        try:
            aws.s3().head_object(Bucket=self._name, Key=key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.NOT_FOUND:
                raise
            return False
        return True

    def _already(self, key: str, content: Content) -> File:
        head = aws.s3().head_object(Bucket=self._name, Key=key)
        if head["Metadata"].get("sha256") != content.sha256:
            raise AnotherDocumentError(key)
        return content.stored(key=key, version=head["VersionId"])

    def _lock(self, duty: Duty) -> dict[str, Any]:
        """Lock the object until its duty is over."""
        if not self._mode:
            return {}
        until = datetime.combine(duty.until, time.max, UTC)
        return {"ObjectLockMode": self._mode, "ObjectLockRetainUntilDate": until}
