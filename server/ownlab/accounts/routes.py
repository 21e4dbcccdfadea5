"""Sign in by link, sign out, and who am I."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from ownlab.accounts.accounts import Accounts
from ownlab.accounts.caller import Caller, accounts_of, cookie_name, session_of
from ownlab.accounts.errors import LinkUnusable
from ownlab.accounts.model import local_path
from ownlab.accounts.pages import signin_failed
from ownlab.accounts.schemas import Me

router = APIRouter()

_NOT_KEPT = {"Cache-Control": "no-store"}
_Accounts = Annotated[Accounts, Depends(accounts_of)]


@router.get("/signin", include_in_schema=False)
async def signin(request: Request, accounts: _Accounts, token: str = "", next: str = "/") -> Response:
    """Use up a sign-in link. A page fetched ahead by the browser uses up nothing."""
    if "prefetch" in request.headers.get("sec-purpose", request.headers.get("purpose", "")):
        return Response(status_code=503)
    old = session_of(request)
    try:
        session = await accounts.sign_in(token)
    except LinkUnusable as problem:
        if old and await accounts.user_of(old):
            return RedirectResponse(local_path(next), 302, _NOT_KEPT)
        return HTMLResponse(signin_failed(f"This link {problem.what}."), problem.status, _NOT_KEPT)
    if old:
        await accounts.sign_out(old)
    answer = RedirectResponse(local_path(next), 302, _NOT_KEPT)
    _set_cookie(request, answer, session, accounts)
    return answer


@router.get("/api/me")
async def me(request: Request, response: Response, user: Caller, accounts: _Accounts) -> Me:
    """The user that asks; the browser's cookie lasts on from now."""
    if session := session_of(request):
        _set_cookie(request, response, session, accounts)
    return Me(id=user.id, name=user.name, email=user.email)


@router.post("/api/signout", status_code=204)
async def signout(request: Request, response: Response, accounts: _Accounts) -> None:
    """End this browser's session. Without one, nothing happens."""
    if session := session_of(request):
        await accounts.sign_out(session)
    response.delete_cookie(cookie_name(request), httponly=True, samesite="lax", secure=_is_secure(request))


def _set_cookie(request: Request, response: Response, session: str, accounts: Accounts) -> None:
    # Lax, not Strict: somebody who follows a link to a notebook from a chat must arrive signed in. Requests that change
    # something are held to their Origin by the web guard.
    response.set_cookie(
        cookie_name(request),
        session,
        max_age=int(accounts.session_lifetime.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
