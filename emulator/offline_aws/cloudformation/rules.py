"""The template's Rules section, such as the CDK's CheckBootstrapVersion."""

from __future__ import annotations

from offline_aws.cloudformation.errors import validation_error
from offline_aws.cloudformation.intrinsics import Resolver


def check_rules(resolver: Resolver) -> None:
    """Rejects parameters for which an assertion of a rule is false."""
    for name, rule in resolver.template.rules.items():
        condition = rule.get("RuleCondition")
        if condition is not None and not resolver.resolve(condition):
            continue
        for assertion in rule.get("Assertions", []):
            if not resolver.resolve(assertion["Assert"]):
                description = assertion.get("AssertDescription", "an assertion does not hold")
                raise validation_error(f"Template error: Rule {name} failed: {description}")
