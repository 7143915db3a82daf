"""CloudFormation's query protocol, by botocore's own service model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from botocore.exceptions import ParamValidationError
from botocore.model import OperationNotFoundError
from botocore.validate import ParamValidator
from moto.core.model import OperationModel
from moto.core.parse import QueryParser
from moto.core.serialize import QuerySerializer, SerializationContext
from moto.core.utils import get_service_model
from werkzeug.datastructures import Headers
from werkzeug.wrappers import Request, Response

from offline_aws.cloudformation.errors import validation_error
from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER
from offline_aws.identity import Caller

Operation = Callable[[str, dict[str, Any], Caller], dict[str, Any]]

_LARGEST_FORM = 5_000_000


class QueryService:
    """Answers requests with `operation(name, params, caller)`."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._model = get_service_model("cloudformation")

    def __call__(self, environ: dict[str, Any]) -> Response:
        request = Request(environ)
        request.max_form_memory_size = _LARGEST_FORM
        values = request.values
        name = values.get("Action", "")
        model = self._operation_model(name)
        params = self._params(model, values)
        result = self._operation(name, params, environ[CALLER])
        return self._response(model, result)

    def _operation_model(self, name: str) -> OperationModel:
        try:
            return self._model.operation_model(name)
        except OperationNotFoundError:
            raise ServiceError("InvalidAction", f"Could not find operation {name}") from None

    def _params(self, model: OperationModel, values: Any) -> dict[str, Any]:
        parsed = QueryParser(model).parse(
            {
                "method": "POST",
                "values": values,
                "headers": Headers(),
                "body": "",
                "url_path": "/",
                "url_params": {},
            }
        )
        report = ParamValidator().validate(parsed, model.input_shape)
        if report.has_errors():
            raise validation_error(str(ParamValidationError(report=report.generate_report())))
        return parsed

    def _response(self, model: OperationModel, result: dict[str, Any]) -> Response:
        request_id = str(uuid4())
        answer = QuerySerializer(model, SerializationContext(request_id)).serialize(_without_none(result))
        headers = {**answer["headers"], "x-amzn-RequestId": request_id, "Content-Type": "text/xml"}
        return Response(answer["body"], status=answer["status_code"], headers=headers)


def _without_none(value: Any) -> Any:
    """Omits absent members; clients read an empty element as an empty string."""
    if isinstance(value, dict):
        return {key: _without_none(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_none(item) for item in value]
    return value
