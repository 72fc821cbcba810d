"""Addresses of the portal; none names a therapy, an instrument or an illness."""

from django.urls import path

from solstice_web.portal import before, before_ask, change, check, matters, me, picture, plan, step, today, week, write

app_name = "portal"
urlpatterns = [
    path("today/", today.today, name="today"),
    path("step/<slug:code>/", step.step, name="step"),
    path("write/<slug:code>/", write.write, name="write"),
    path("check/<slug:code>/", check.check, name="check"),
    path("week/", week.week, name="week"),
    path("week/tasks/", week.task, name="task"),
    path("week/remove/", week.remove, name="remove"),
    path("week/bring-back/", week.bring_back, name="bring_back"),
    path("before/", before.before, name="before"),
    path("before/which/", before.which, name="before_which"),
    path("before/names/", before.names, name="before_names"),
    path("before/<uuid:row_id>/remove/", before.remove, name="before_remove"),
    path("before/<uuid:row_id>/bring-back/", before.bring_back, name="before_bring_back"),
    path("before/<uuid:row_id>/mistaken/", before.mistaken, name="before_mistaken"),
    path("before/<uuid:row_id>/<slug:question>/", before_ask.ask, name="before_ask"),
    path("change/", change.change, name="change"),
    path("picture/", picture.picture, name="picture"),
    path("plan/", plan.plan, name="plan"),
    path("plan/mine/", plan.mine, name="mine"),
    path("plan/matters/", matters.matters, name="matters"),
    path("me/", me.me, name="me"),
    path("me/pace/", me.pace, name="pace"),
    path("me/about/", me.describe, name="describe"),
    path("me/sign-out-everywhere/", me.everywhere, name="everywhere"),
    path("me/data/", me.data, name="data"),
]
