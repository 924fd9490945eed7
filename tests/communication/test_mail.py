"""E-mail through a real SMTP server, as jobs of a real worker."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from tests.communication.conftest import MailServer, People, until, until_awaited, worker

from motorpool.communication.actions.mail_notifications import MailDelayedError, mail_notifications
from motorpool.communication.actions.mark_notifications import mark_notification
from motorpool.communication.actions.notify import notify
from motorpool.core.database.database import Database
from motorpool.core.errors import ConfigurationError
from motorpool.core.mail import Letter, send_letters
from motorpool.core.settings import Settings


async def tell(database: Database, actor: Any, **options: Any) -> list[Any]:
    async with database.transaction(actor) as session:
        return await notify(
            session,
            actor,
            **({"category": "safety", "title": "Brakes\nfail", "message": "Züge – see at once."} | options),
        )


def state(people: People) -> list[Any]:
    return people.rows(
        "SELECT u.display_name, n.email_sent_at IS NOT NULL, n.email_error FROM notifications n "
        "JOIN users u ON u.tenant_id = n.tenant_id AND u.id = n.user_id WHERE n.tenant_id = %s ORDER BY 1"
    )


async def test_a_letter_arrives_as_it_was_meant(
    database: Database, people: People, tenant: Any, mailing: Settings, mail_server: MailServer
) -> None:
    vehicle = people.insert("vehicles", vehicle_number="V1")
    (key,) = await tell(database, tenant.actor, to=[people.add("jo")], entity=("vehicle", vehicle))
    async with worker(database, mailing):
        await until(lambda: len(mail_server.letters) == 1)

        async def noted() -> bool:
            return state(people) == [("Jo", True, None)]

        await until_awaited(noted)
    (letter,) = mail_server.letters
    assert mail_server.recipients == ["jo@example.test"]
    assert (letter["From"], letter["To"]) == ("Fleet <fleet@example.test>", "Jo <jo@example.test>")
    assert letter["Subject"] == "Brakes fail", "a line break cannot smuggle in another header"
    assert letter["Message-ID"] == f"<{key}@example.test>"
    assert letter["Auto-Submitted"] == "auto-generated"
    text = letter.get_content()
    assert "Züge – see at once." in text
    assert f"https://fleet.example.test/vehicles/{vehicle}" in text
    assert "https://fleet.example.test/notifications/preferences" in text


async def test_what_is_put_off_is_tried_again_and_the_rest_is_not_sent_twice(
    database: Database, people: People, tenant: Any, mailing: Settings, mail_server: MailServer
) -> None:
    mail_server.answers["kim@example.test"] = ["451 come back later"]
    await tell(database, tenant.actor, to=[people.add("jo"), people.add("kim")])
    async with worker(database, mailing):
        await until(lambda: len(mail_server.recipients) == 2, 30)

        async def noted() -> bool:
            return state(people) == [("Jo", True, None), ("Kim", True, None)]

        await until_awaited(noted)
    assert sorted(mail_server.recipients) == ["jo@example.test", "kim@example.test"]
    assert sorted(mail_server.tries) == ["jo@example.test", "kim@example.test", "kim@example.test"]


async def test_what_is_refused_for_good_is_not_tried_again(
    database: Database, people: People, tenant: Any, mailing: Settings, mail_server: MailServer
) -> None:
    mail_server.answers["kim@example.test"] = ["550 nobody here"] * 9
    made = await tell(database, tenant.actor, to=[people.add("kim"), people.add("jo")])
    outcome = await mail_notifications(database, mailing, tenant.actor, made)
    assert len(outcome.sent) == 1
    assert state(people) == [("Jo", True, None), ("Kim", False, "550 nobody here")]


async def test_a_server_that_is_away_keeps_everything_for_later(
    database: Database, people: People, tenant: Any, mailing: Settings
) -> None:
    made = await tell(database, tenant.actor, to=[people.add("jo")])
    away = mailing.replace(smtp={"port": 9})
    with pytest.raises(MailDelayedError, match="1 of 1 letters"):
        await mail_notifications(database, away, tenant.actor, made)
    ((_, sent, error),) = state(people)
    assert not sent
    assert error


async def test_what_was_read_or_does_not_want_mail_is_not_sent(
    database: Database, people: People, tenant: Any, mailing: Settings, mail_server: MailServer
) -> None:
    jo, kim, lee = (people.add(name) for name in ("jo", "kim", "lee"))
    made = await tell(database, tenant.actor, to=[jo, kim, lee])
    first = people.rows("SELECT id FROM notifications WHERE tenant_id = %s AND user_id = %s", jo)[0][0]
    async with database.transaction(people.actor(jo)) as session:
        await mark_notification(session, people.actor(jo), first, "read")
    people.connection.execute(
        "UPDATE users SET status = 'disabled' WHERE tenant_id = %s AND id = %s", (tenant.id, kim)
    )
    await mail_notifications(database, mailing, tenant.actor, made)
    await mail_notifications(database, mailing, tenant.actor, made)
    assert mail_server.recipients == ["lee@example.test"]


async def test_without_a_mail_server_nothing_claims_to_be_mailed(
    database: Database, people: People, tenant: Any, settings: Settings
) -> None:
    made = await tell(database, tenant.actor, to=[people.add("jo")])
    await mail_notifications(database, settings, tenant.actor, made)
    assert people.rows("SELECT delivery_channels, email_sent_at FROM notifications WHERE tenant_id = %s") == [
        (["in_app"], None)
    ]
    with pytest.raises(ConfigurationError, match="MOTORPOOL_SMTP_HOST"):
        await send_letters(settings.smtp, [Letter("1", "a@example.test", "x", "y")])


async def test_the_people_of_the_demonstration_are_never_written_to(
    database: Database, people: People, tenant: Any, mailing: Settings, mail_server: MailServer
) -> None:
    people.connection.execute("UPDATE tenants SET is_demo = true WHERE id = %s", (tenant.id,))
    made = await tell(database, tenant.actor, to=[people.add("jo")])
    await mail_notifications(database, mailing, tenant.actor, made)
    assert mail_server.tries == []
    assert people.rows("SELECT delivery_channels, email_sent_at FROM notifications WHERE tenant_id = %s") == [
        (["in_app"], None)
    ]


async def test_a_sender_that_is_no_address_is_named(mailing: Settings) -> None:
    wrong = mailing.replace(smtp={"sender": "the fleet"})
    with pytest.raises(ConfigurationError, match="MOTORPOOL_SMTP_SENDER"):
        await send_letters(wrong.smtp, [Letter("1", "a@example.test", "x", "y")])


async def test_an_address_that_is_none_does_not_stop_the_others(
    mailing: Settings, mail_server: MailServer
) -> None:
    wrong = ("nobody", "", "a@", "a@example.test, b@example.test", "a\r\nBcc: b@example.test")
    letters = [Letter(address, address, "x", "y", "Name") for address in wrong]
    outcome = await send_letters(mailing.smtp, [*letters, Letter("good", "jo@example.test", "x", "y")])
    assert outcome.sent == ["good"]
    assert tuple(outcome.refused) == wrong
    assert outcome.refused["nobody"].startswith("'nobody' is no address: ")
    assert mail_server.recipients == ["jo@example.test"]


@pytest.fixture(autouse=True)
def quiet_library() -> None:
    logging.getLogger("mail.log").setLevel(logging.WARNING)
