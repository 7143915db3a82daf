"""The entry point of every HTTP request, which goes on to moto or to one of our own services."""

from __future__ import annotations

import re
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from werkzeug.wrappers import Response

from offline_aws import rest
from offline_aws.errors import ServiceError
from offline_aws.identity import Caller, caller_of
from offline_aws.journal import Journal
from offline_aws.request_log import Entry
from offline_aws.wire import aws_error, peek_body

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
#: Answers requests of one service.
Service = Callable[[dict[str, Any]], Response]
AfterHook = Callable[[dict[str, Any], Caller | None, str], None]
Hook = Callable[[dict[str, Any], Caller | None, str], Response | None]

#: Environ key for the permissions that were checked: a list of `{"action": ..., "resource": ...}`.
JUDGED = "offline_aws.judged"
#: Environ key for the caller of a routed request.
CALLER = "offline_aws.caller"
#: Environ key for the operation of a routed request.
OPERATION = "offline_aws.operation"
#: Environ key for the AWS service that makes the call for the caller, with the caller's own credentials.
VIA = "offline_aws.via"

_ERROR_CODE = re.compile(rb'<Code>([^<]+)</Code>|"__type":\s*"(?:[^"#]*#)?([^"]+)"')


class Gateway:
    """A WSGI application that dispatches by path prefix, by signed service, or to moto.

    It also shields SDKs from moto's failures: whatever is not implemented is answered
    with a 400, since an HTTP 500 would be retried with back-off.
    """

    def __init__(self, moto: WSGIApplication) -> None:
        #: Enough for a long test run.
        self.log: Journal[Entry] = Journal(20_000)
        #: Held while moto handles a request or its state is read: moto iterates over dicts that other requests change.
        self._moto_in_use = threading.RLock()
        self._moto = self._one_at_a_time(moto)
        self._services: dict[str, Service] = {}
        self._prefixes: dict[str, Service] = {}
        self._hooks: list[Hook] = []
        self._after: list[AfterHook] = []
        self._resets: list[Callable[[], None]] = []
        #: Held during a reset; requests that arrive in the meantime wait.
        self._resetting = threading.RLock()

    def route(self, name: str, service: Service) -> None:
        """Gives `service` the requests that are signed for this name. A ServiceError that it raises becomes the answer."""
        self._services[name] = service

    def mount(self, prefix: str, service: Service) -> None:
        """Gives `service` the requests whose path starts with `prefix`, signed or not."""
        self._prefixes[prefix] = service

    def before(self, hook: Hook) -> None:
        """Lets `hook(environ, caller, operation)` answer instead (a denial, an injected fault)."""
        self._hooks.append(hook)

    def ask_hooks(self, environ: dict[str, Any], caller: Caller | None, operation: str) -> Response | None:
        """The first answer of a hook, or None."""
        with self._moto_in_use:
            for hook in self._hooks:
                answer = hook(environ, caller, operation)
                if answer is not None:
                    return answer
        return None

    def after(self, hook: AfterHook) -> None:
        """Calls `hook(environ, caller, operation)` after a request took effect and before the client gets the answer."""
        self._after.append(hook)

    def on_reset(self, reset: Callable[[], None]) -> None:
        """Calls `reset` whenever all state is discarded."""
        self._resets.append(reset)

    def fall_back(self, environ: dict[str, Any]) -> Response:
        """moto's own answer, for routed services that extend rather than replace it."""
        return Response.from_app(self._moto, environ)

    def reset(self) -> None:
        """Empties moto and every part of the emulator."""
        from moto.moto_api._internal.models import moto_api_backend

        with self._resetting:
            with self._moto_in_use:
                moto_api_backend.reset()
            for reset in self._resets:
                reset()

    def _one_at_a_time(self, moto: WSGIApplication) -> WSGIApplication:
        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            with self._moto_in_use:
                return moto(environ, start_response)

        return answer

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._resetting:
            # wait until a reset that is running has ended
            pass
        return self._serve(environ)(environ, start_response)

    def _serve(self, environ: dict[str, Any]) -> Response:
        path = environ.get("PATH_INFO", "")
        for prefix, service in self._prefixes.items():
            if path.startswith(prefix):
                return service(environ)
        if path == "/moto-api/reset":
            self.reset()
            return Response("{}", content_type="application/json")
        return self._serve_aws(environ)

    def _serve_aws(self, environ: dict[str, Any]) -> Response:
        started = time.time()
        with self._moto_in_use:
            caller = caller_of(environ)
        operation = _operation_of(environ, caller.service if caller else "s3")
        environ[OPERATION] = operation
        service = caller.service if caller else "unsigned"
        if caller:
            environ[CALLER] = caller
            # moto derives the account from the access key; this header overrides that
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = caller.account
        response = self._answer(environ, caller, operation)
        for hook in self._after:
            hook(environ, caller, operation)
        outcome = _outcome_of(response)
        principal = caller.principal if caller else None
        self.log.add(Entry(started, service, operation, principal, outcome, environ.get(JUDGED, [])))
        return response

    def _answer(self, environ: dict[str, Any], caller: Caller | None, operation: str) -> Response:
        service = caller.service if caller else "s3"
        try:
            answer = self.ask_hooks(environ, caller, operation)
            if answer is not None:
                return answer
            return self._services.get(service, self.fall_back)(environ)
        except ServiceError as error:
            return aws_error(service, environ, error)
        except Exception as error:
            # moto raises for what it does not implement; this is the outermost boundary
            return aws_error(service, environ, _as_client_error(service, operation, error))


def _as_client_error(service: str, operation: str, error: Exception) -> ServiceError:
    if isinstance(error, NotImplementedError):
        lacks = f"the offline AWS does not implement {service}:{operation}"
        return ServiceError("UnknownOperationException", f"{lacks} ({error})" if str(error) else lacks)
    traceback.print_exception(error, file=sys.stderr)
    message = f"the offline AWS failed in {service}:{operation}: {type(error).__name__}: {error}"
    return ServiceError("OfflineAwsFailure", message)


def _operation_of(environ: dict[str, Any], service: str) -> str:
    """`CreateRole`, in any protocol; `GET /path` if the service model has no such operation."""
    # same precedence as in moto: form before header, and neither for services that route by path
    named = form_action(environ) or str(environ.get("HTTP_X_AMZ_TARGET", "")).rsplit(".", 1)[-1]
    if named and service not in ("s3", "lambda"):
        # moto prefers query parameters over the body, but IAM checks the body
        environ["QUERY_STRING"] = ""
        return named
    return rest.operation_of(service, environ) or f"{environ.get('REQUEST_METHOD')} {environ.get('PATH_INFO')}"


def form_action(environ: dict[str, Any]) -> str | None:
    """The operation of a request in the query protocol, otherwise None."""
    if not environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return None
    action = parse_qs(peek_body(environ).decode("utf-8", "replace")).get("Action")
    return action[0] if action else None


def _outcome_of(response: Response) -> str:
    if response.status_code < 400:
        return "ok"
    code = _ERROR_CODE.search(response.get_data())
    if code is None:
        return str(response.status_code)
    return (code.group(1) or code.group(2)).decode()
