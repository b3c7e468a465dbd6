"""Exceptions: the shared table, pickling, the report about a refused token, panics."""

import copy
import json
import pickle

import pytest

import ferroauth
from ferroauth import FerroauthError, HmacKey, Signer, Verifier, _native, errors

TABLE = json.loads(_native._error_table())
SECRET = HmacKey(bytes(range(64)))


def refused() -> FerroauthError:
    token = Signer(SECRET, algorithm="HS256", testing={"now": 1_000_000}).sign({"sub": "42", "aud": "a"}, lifetime=60)
    verifier = Verifier(key=SECRET, algorithms=["HS256"], issuer=None, audience="a", testing={"now": 1_000_100})
    with pytest.raises(FerroauthError) as caught:
        verifier.verify(token)
    return caught.value


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["code"])
def test_every_row_of_the_table_has_its_class(row: dict[str, object]) -> None:
    error = errors._from_record({**row, "message": row["sentence"]})
    assert type(error).__name__ == row["class"]
    assert type(error) is getattr(ferroauth, str(row["class"]))
    assert (error.code, error.number, error.category) == (row["code"], row["number"], row["category"])
    assert (error.http_status, error.retryable) == (row["status"], row["retryable"])
    assert str(error) == row["sentence"]


def test_the_table_is_append_only() -> None:
    numbers = [row["number"] for row in TABLE]
    assert len(set(numbers)) == len(numbers) and len({row["code"] for row in TABLE}) == len(TABLE)


def test_the_classes_form_one_tree() -> None:
    for name in errors.__all__:
        assert issubclass(getattr(ferroauth, name), FerroauthError)
        assert getattr(ferroauth, name).__doc__
    assert issubclass(ferroauth.ExpiredTokenError, ferroauth.TokenError)
    assert issubclass(ferroauth.KeySetNotLoadedError, ferroauth.KeySetError)


def test_an_expired_token_explains_itself() -> None:
    error = refused()
    assert isinstance(error, ferroauth.ExpiredTokenError)
    assert error.code == "token.expired" and error.http_status == 401 and not error.retryable
    report = error.explain()
    assert report["check"] == "exp" and report["now"] == 1_000_100 and report["clock_delta"] == 40


@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_errors_can_be_copied_and_pickled(copied: object) -> None:
    error = refused()
    again = copied(error)  # type: ignore[operator]
    assert type(again) is type(error)
    assert (again.code, again.number, str(again), again.explain()) == (
        error.code, error.number, str(error), error.explain()
    )


def test_an_error_can_be_made_by_hand_for_tests() -> None:
    error = ferroauth.TokenError("no")
    assert str(error) == "no" and error.explain() == {} and error.retry_after is None
    assert str(pickle.loads(pickle.dumps(error))) == "no"


def test_ten_thousand_panics_are_internal_errors(capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(10_000):
        with pytest.raises(ferroauth.InternalError) as caught:
            _native._panic_for_tests()
    assert caught.value.code == "internal.panic"
    assert "s3cret" not in str(caught.value)
    assert capfd.readouterr() == ("", "")
