"""What SES tells of a mail after it took it, as it comes through SNS and SQS.

Its records grow without notice, so unknown fields are ignored. An address in them is never read:
there is one in each notice. Events: https://docs.aws.amazon.com/ses/latest/dg/
event-publishing-retrieving-sns-contents.html
"""

from datetime import datetime

from pydantic import BaseModel, Field

from invoicing.notices import Key, News, Told


class _Mail(BaseModel):
    message_id: str = Field(alias="messageId")
    tags: dict[str, list[str]]


class _Bounce(BaseModel):
    type: str = Field(alias="bounceType")  # Permanent, Transient, Undetermined
    subtype: str = Field(alias="bounceSubType")


class _Complaint(BaseModel):
    feedback: str | None = Field(None, alias="complaintFeedbackType")


class Event(BaseModel):
    """A record of SES about one of our mails."""

    type: str = Field(alias="eventType")
    mail: _Mail
    bounce: _Bounce | None = None
    complaint: _Complaint | None = None

    @property
    def never_left(self) -> bool:
        """Whether SES took the mail and then kept it, as it does with what is harmful."""
        return self.type == "Reject"

    @property
    def notice(self) -> Key:
        """Which notice the mail was sent for; its tag came back."""
        return Key.of_tag(self.mail.tags["notice"][0])

    def news(self, at: datetime) -> News:
        """Say what it means; any event at all means that SES took the mail."""
        told, reason = self._told()
        return News(state=told, ses_id=self.mail.message_id, reason=reason, at=at)

    def _told(self) -> tuple[Told, str | None]:
        match self.type, self.bounce, self.complaint:
            case "Bounce", _Bounce() as bounce, _:
                lasts = bounce.type == "Permanent"
                return "BOUNCED" if lasts else "UNDELIVERED", f"{bounce.type}: {bounce.subtype}"
            case "Complaint", _, complaint:
                return "COMPLAINED", complaint.feedback if complaint else None
            case "Delivery", _, _:
                return "DELIVERED", None
            case "Reject", _, _:
                return "UNDELIVERED", "SES found something harmful in the mail"
        return "SENT", None
