from datetime import UTC, date, datetime

import boto3
import pytest
from botocore.exceptions import ClientError

from invoicing.adapters.documents_bucket import AnotherDocumentError, shelf
from invoicing.archive import Content, Duty
from tests import aws

pytestmark = pytest.mark.usefixtures("deployed")

KEY = "atelier/invoice/2026/FA-2026-000001.pdf"
PDF = Content(type="pdf", data=b"%PDF-1.7 first")
DUTY = Duty(until=date(2036, 12, 31))


def in_bucket():
    return boto3.client("s3", aws.REGION).head_object(Bucket="documents", Key=KEY)


def test_a_file_is_read_as_it_was_stored():
    file = shelf().store(KEY, PDF, DUTY)

    assert shelf().read(file) == PDF.data
    assert (file.sha256, file.size) == (PDF.sha256, len(PDF.data))
    assert in_bucket()["ContentType"] == "application/pdf"


def test_the_same_bytes_again_are_the_same_file():
    assert shelf().store(KEY, PDF, DUTY) == shelf().store(KEY, PDF, DUTY)


def test_other_bytes_are_refused_and_the_first_stay():
    file = shelf().store(KEY, PDF, DUTY)

    with pytest.raises(AnotherDocumentError):
        shelf().store(KEY, Content(type="pdf", data=b"%PDF-1.7 second"), DUTY)

    assert shelf().read(file) == PDF.data
    assert in_bucket()["VersionId"] == file.version


def test_the_version_that_was_recorded_is_read_whatever_came_after():
    file = shelf().store(KEY, PDF, DUTY)
    boto3.client("s3", aws.REGION).put_object(Bucket="documents", Key=KEY, Body=b"tampered")

    assert shelf().read(file) == PDF.data


def test_a_document_is_locked_until_its_duty_is_over():
    shelf().store(KEY, PDF, DUTY)

    head = in_bucket()

    assert head["ObjectLockMode"] == "GOVERNANCE"
    until = head["ObjectLockRetainUntilDate"]
    assert until >= datetime(2036, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_trial_locks_nothing(monkeypatch):
    monkeypatch.setenv("RETENTION_MODE", "")
    shelf().store(KEY, PDF, DUTY)

    assert "ObjectLockMode" not in in_bucket()


def test_another_fault_of_the_bucket_is_not_taken_for_a_document(monkeypatch):
    monkeypatch.setattr(shelf(), "_name", "another-bucket")

    with pytest.raises(ClientError, match="NoSuchBucket"):
        shelf().store(KEY, PDF, DUTY)


def test_in_a_restored_bucket_the_hash_tells_that_it_is_the_document():
    file = shelf().store(KEY, PDF, DUTY)
    elsewhere = file.model_copy(update={"version": "a-version-of-the-bucket-before"})

    assert shelf().read(elsewhere) == PDF.data
    with pytest.raises(AnotherDocumentError):
        shelf().read(elsewhere.model_copy(update={"sha256": "0" * 64}))
