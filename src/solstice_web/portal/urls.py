"""Addresses of the portal; none names a therapy, an instrument or an illness."""

from django.urls import path

from solstice_web.portal import change, check, me, picture, plan, step, today, week, write

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
    path("change/", change.change, name="change"),
    path("picture/", picture.picture, name="picture"),
    path("plan/", plan.plan, name="plan"),
    path("plan/mine/", plan.mine, name="mine"),
    path("me/", me.me, name="me"),
    path("me/data/", me.data, name="data"),
]
