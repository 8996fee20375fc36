from django.urls import path

from rates import views

urlpatterns = [path("", views.day, name="rates")]
