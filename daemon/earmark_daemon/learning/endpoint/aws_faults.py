"""What AWS may answer in place of doing what it was asked, in words."""

from __future__ import annotations

from earmark_daemon.errors import EarmarkError, Problem, fail
from earmark_daemon.learning.endpoint.faults import TryAgain

_WRONG_KEY = {
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidToken",
    "RequestExpired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_NOT_ALLOWED = {"403", "AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
_NO_BUCKET = {"404", "NoSuchBucket"}
_ELSEWHERE = {"301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"} | {
    "PermanentRedirect"
}
_NO_INSTANCE = {"InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"}
_PASSING = {
    "IncorrectInstanceState",
    "InsufficientInstanceCapacity",
    "InternalError",
    "RequestLimitExceeded",
    "RequestTimeout",
    "ServiceUnavailable",
    "SlowDown",
    "Throttling",
    "Unavailable",
}
_NO_KEY = {
    "CredentialRetrievalError",
    "NoCredentialsError",
    "PartialCredentialsError",
    "ProfileNotFound",
    "TokenRetrievalError",
    "UnauthorizedSSOTokenError",
    "SSOTokenLoadError",
}
_BROKE = {
    "ConnectTimeoutError",
    "ConnectionClosedError",
    "ConnectionError",
    "EndpointConnectionError",
    "HTTPClientError",
    "ProxyConnectionError",
    "ReadTimeoutError",
    "ResponseParserError",
    "ResponseStreamingError",
}
_KEY_ADVICE = "Set up an access key for this computer (`aws configure`); see docs/CLOUD.md."
_RIGHTS_ADVICE = (
    "Give the key the rights in packaging/cloud/aws/computer-policy.json, with your own names."
)


def of_error(error: Exception, bucket: str | None) -> EarmarkError:
    """The error behind one of boto3's.

    Args:
        error: a ClientError (AWS answered), a BotoCoreError or a ValueError (it was not asked), or
            a ResponseParserError (of its answer only a part came).
        bucket: the bucket that it was about, if any.
    """
    answer = getattr(error, "response", None)
    if isinstance(answer, dict):
        told = answer.get("Error", {})
        return _refused(str(told.get("Code", "")), str(told.get("Message", "")), bucket)
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if kinds & _NO_KEY:
        return fail("no-credentials", f"There is no AWS access key to use: {error}.", _KEY_ADVICE)
    if "NoRegionError" in kinds:
        return fail(
            "no-region",
            "Earmark does not know in which AWS region the machine is.",
            "Say it: earmark endpoint spin-up … --region eu-central-1",
        )
    if kinds & _BROKE:
        return TryAgain(Problem("aws-unreachable", "AWS cannot be reached."))
    return fail("aws-refused", f"AWS could not be asked: {error}", "See docs/CLOUD.md.")


def _refused(code: str, message: str, bucket: str | None) -> EarmarkError:
    if code in _WRONG_KEY:
        return fail(
            "wrong-credentials",
            f"AWS does not accept this computer's access key ({code}).",
            _KEY_ADVICE,
        )
    if code in _NOT_ALLOWED:
        what = f"the bucket {bucket}" if bucket else "the machine"
        return fail(
            "not-allowed", f"AWS does not let this computer's key use {what}.", _RIGHTS_ADVICE
        )
    if bucket and code in _NO_BUCKET:
        return fail(
            "no-bucket",
            f"There is no bucket {bucket}.",
            "Make it, or name another: earmark endpoint spin-up … --bucket NAME",
        )
    if bucket and code in _ELSEWHERE:
        return fail(
            "other-region",
            f"The bucket {bucket} is in another region than was said.",
            "Say which: earmark endpoint spin-up … --region REGION",
        )
    if code in _NO_INSTANCE:
        return gone()
    if code in _PASSING:
        return TryAgain(Problem("aws-busy", f"AWS cannot do it just now ({code}: {message})."))
    return fail("aws-refused", f"AWS refused ({code}): {message}", "See docs/CLOUD.md.")


def gone() -> EarmarkError:
    """There is no such machine, or it was deleted."""
    return fail(
        "no-such-machine",
        "The trainer's machine is not there: no such EC2 instance, or it was deleted.",
        "Look at it in the AWS console, then say which it is: earmark endpoint spin-up --help",
    )
