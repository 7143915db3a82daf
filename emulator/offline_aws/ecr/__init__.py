"""ECR: an OCI registry in this process, with moto's repositories behind it.

Images pushed to `/v2/` appear in DescribeImages, and vice versa.
"""

from __future__ import annotations

from offline_aws.control import Control
from offline_aws.gateway import Gateway


def install(gateway: Gateway, control: Control) -> None:
    from offline_aws.ecr import api, images, layer_urls
    from offline_aws.ecr.access import Access
    from offline_aws.ecr.registry import Registry

    images.patch_moto()
    api.keep_layers_of_api()
    gateway.route("ecr", api.Api(gateway.fall_back))
    gateway.mount("/v2/", Registry(Access(gateway)))
    gateway.mount(layer_urls.PREFIX, layer_urls.serve)


def reset() -> None:
    from offline_aws.ecr import layer_urls
    from offline_aws.ecr.blobs import blobs

    blobs.reset()
    layer_urls.forget()
