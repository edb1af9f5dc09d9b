"""S3 in memory: create-only puts, versions."""

import io
from datetime import datetime
from typing import Any

from tests.simulation.answers import refused

PRECONDITION = 412


class S3:
    """The bucket, with the operations of the client as methods."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}

    def put_object(  # noqa: PLR0913
        self,
        *,
        Bucket: str,  # noqa: ARG002, N803  AWS's names; there is one bucket
        Key: str,  # noqa: N803
        Body: bytes,  # noqa: N803
        ContentType: str,  # noqa: N803
        Metadata: dict[str, str],  # noqa: N803
        ChecksumAlgorithm: str,  # noqa: N803
        IfNoneMatch: str,  # noqa: N803
        ObjectLockMode: str | None = None,  # noqa: N803
        ObjectLockRetainUntilDate: datetime | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        assert (IfNoneMatch, ChecksumAlgorithm) == ("*", "SHA256")
        assert bool(ObjectLockMode) is bool(ObjectLockRetainUntilDate)
        if Key in self.objects:
            raise refused("PreconditionFailed", "PutObject", status=PRECONDITION)
        version = f"v{len(self.objects) + 1}"
        self.objects[Key] = {
            "VersionId": version,
            "Metadata": Metadata,
            "ContentType": ContentType,
            "Body": Body,
        }
        return {"VersionId": version}

    def get_object(
        self,
        *,
        Bucket: str,  # noqa: ARG002, N803
        Key: str,  # noqa: N803
        VersionId: str | None = None,  # noqa: N803
    ) -> dict[str, Any]:
        found = self.objects.get(Key)
        if not found:
            raise refused("NoSuchKey", "GetObject", status=404)
        if VersionId and found["VersionId"] != VersionId:
            raise refused("NoSuchVersion", "GetObject", status=404)
        return {**found, "Body": io.BytesIO(found["Body"])}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: ARG002, N803
        if Key not in self.objects:
            raise refused("404", "HeadObject", status=404)
        return {name: self.objects[Key][name] for name in ("VersionId", "Metadata")}
