"""What an answer of Telegram's Bot API means, and what may be done after it."""

import json

import pytest

from news.channels import telegram


def test_result_of_a_good_answer_is_what_the_method_returns():
    assert telegram.parse_result(200, {"ok": True, "result": {"message_id": 7}}) == {"message_id": 7}


@pytest.mark.parametrize(
    ("status", "answer", "failure"),
    [
        (200, [], telegram.UnknownOutcome),
        (502, {"ok": False, "description": "Bad gateway"}, telegram.UnknownOutcome),
        (401, {"ok": False, "description": "Unauthorized"}, telegram.NotDone),
        (404, {"ok": False, "description": "Not found"}, telegram.NotDone),
        (400, {"ok": False, "description": "Bad Request: chat not found"}, telegram.ChannelRefused),
        (400, {"ok": False, "description": "Bad Request: message is too long"}, telegram.Rejected),
        (403, {"ok": False, "description": "Forbidden"}, telegram.ChannelRefused),
    ],
)
def test_each_failure_has_its_own_exception(status, answer, failure):
    with pytest.raises(failure):
        telegram.parse_result(status, answer)


@pytest.mark.parametrize(("parameters", "seconds"), [({"parameters": {"retry_after": 17}}, 17), ({}, 60)])
def test_too_many_requests_name_the_seconds_to_wait(parameters, seconds):
    with pytest.raises(telegram.NotDone) as error:
        telegram.parse_result(429, {"ok": False, "description": "Too Many Requests", **parameters})

    assert error.value.seconds == seconds


def test_refusal_says_why():
    with pytest.raises(telegram.ChannelRefused, match="chat not found"):
        telegram.parse_result(400, {"ok": False, "description": "Bad Request: chat not found"})


@pytest.mark.parametrize("message", [None, {}, {"message_id": "x"}, []])
def test_message_without_a_number_is_an_unknown_outcome(message):
    with pytest.raises(telegram.UnknownOutcome):
        telegram.message_number(message)


def test_number_of_a_message_is_read():
    assert telegram.message_number({"message_id": 42}) == 42


def test_fields_are_sent_as_json():
    body, content_type = telegram.encode_body({"chat_id": "@senat", "text": "Сенат"}, None)

    assert json.loads(body) == {"chat_id": "@senat", "text": "Сенат"}
    assert content_type == "application/json"


def test_picture_is_sent_as_a_part_beside_the_fields():
    body, content_type = telegram.encode_body({"caption": "Сенат"}, b"\xff\xd8picture")

    boundary = content_type.partition("boundary=")[2].encode()
    parts = body.split(b"--" + boundary)
    assert [len(parts), parts[-1]] == [4, b"--\r\n"]
    assert parts[1].endswith('name="caption"\r\n\r\nСенат\r\n'.encode())
    assert parts[2].endswith(b"Content-Type: image/jpeg\r\n\r\n\xff\xd8picture\r\n")


def test_dry_run_writes_each_request_into_a_file_of_its_own(settings, tmp_path):
    settings.TELEGRAM_TOKEN, settings.TELEGRAM_URL = "x", (tmp_path / "бот").as_uri()

    numbers = [telegram.call_method("sendMessage", {"text": text})["message_id"] for text in ("Бір", "Екі")]

    files = sorted((tmp_path / "бот").iterdir())
    assert numbers == [1, 2]
    assert [(file.name, json.loads(file.read_text())["text"]) for file in files] == [
        ("1-sendMessage.json", "Бір"),
        ("2-sendMessage.json", "Екі"),
    ]
