"""CloudFront: keeps what is for all, passes the rest on whole, and keeps nothing that is somebody's own."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

# AWS's own policies; these are their ids in every account.
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
FOR_ALL = {"/assets/{name}", "/console/{version}/{name}", "/widget/v1.js", "/widget/v1-panel.js"}


@pytest.fixture(scope="module")
def edge(sam: dict[str, Any]) -> dict[str, Any]:
    config: dict[str, Any] = sam["Resources"]["Edge"]["Properties"]["DistributionConfig"]
    return config


def test_only_files_that_are_for_all_are_kept(edge: dict[str, Any], sam: dict[str, Any]) -> None:
    paths = sam["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    patterns = [one["PathPattern"] for one in edge["CacheBehaviors"]]
    kept = {path for path in paths if any(fnmatchcase(path, pattern) for pattern in patterns)}
    assert kept == FOR_ALL
    for one in edge["CacheBehaviors"]:
        # Kept as long as our own Cache-Control says; the key has neither cookies nor queries, which are not passed on.
        assert one["CachePolicyId"] == CACHING_OPTIMIZED and "OriginRequestPolicyId" not in one
        assert one["Compress"] is True and one["ViewerProtocolPolicy"] == "redirect-to-https"


def test_all_else_is_passed_on_and_never_kept(edge: dict[str, Any]) -> None:
    rest = edge["DefaultCacheBehavior"]
    assert rest["CachePolicyId"] == CACHING_DISABLED
    # API Gateway answers 403 to a Host that it does not know.
    assert rest["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST
    assert set(rest["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
    assert rest["ViewerProtocolPolicy"] == "redirect-to-https"


def test_what_one_was_refused_is_not_shown_to_another(edge: dict[str, Any]) -> None:
    """CloudFront keeps errors for ten seconds, whatever their Cache-Control says, if it is not told otherwise."""
    errors = {one["ErrorCode"]: one for one in edge["CustomErrorResponses"]}
    assert {400, 403, 404, 405, 414, 500, 501, 502, 503, 504} == set(errors)
    assert all(one == {"ErrorCode": code, "ErrorCachingMinTTL": 0} for code, one in errors.items()), "our own pages"


def test_the_gateway_is_asked_over_tls_and_shown_the_key(edge: dict[str, Any], sam: dict[str, Any]) -> None:
    (origin,) = edge["Origins"]
    assert origin["OriginPath"] == f"/{sam['Resources']['RestAPI']['Properties']['StageName']}"
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert origin["OriginCustomHeaders"] == [{"HeaderName": "X-Porchlight-Edge", "HeaderValue": {"Ref": "EdgeKey"}}]
    # It waits longer than the function may take.
    assert origin["CustomOriginConfig"]["OriginReadTimeout"] > sam["Resources"]["APIHandler"]["Properties"]["Timeout"]


def test_a_domain_of_ours_comes_with_its_certificate(edge: dict[str, Any], sam: dict[str, Any]) -> None:
    condition, ours, cloudfronts = edge["ViewerCertificate"]["Fn::If"]
    assert (condition, cloudfronts) == ("HasDomain", {"CloudFrontDefaultCertificate": True})
    assert ours["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert edge["Aliases"]["Fn::If"][:2] == ["HasDomain", [{"Ref": "DomainName"}]]
    assert len(sam["Rules"]["DomainAndCertificate"]["Assertions"]) == 2, "neither without the other"


def test_what_cloudfront_says_itself_is_guarded_too_and_ours_is_left_as_it_is(sam: dict[str, Any]) -> None:
    config = sam["Resources"]["EdgeHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert config.keys() >= {"ContentSecurityPolicy", "ContentTypeOptions", "FrameOptions", "StrictTransportSecurity"}
    assert not any(one["Override"] for one in config.values())
