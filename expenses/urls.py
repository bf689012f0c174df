"""Addresses of expenses."""

from django.urls import path

from expenses.views import dry_run, lines, lists, rulings

app_name = "expenses"
urlpatterns = [
    path("", lists.expense_list, name="expense-list"),
    path("undecided/", lists.undecided_list, name="undecided-list"),
    path("decisions/", lists.decision_list, name="decision-list"),
    path("balances/", lists.balance_list, name="balance-list"),
    path("split/", dry_run.split_costs, name="split-costs"),
    path("lines/new/", lines.expense_create, name="expense-create"),
    path("lines/<int:pk>/", lines.expense_detail, name="expense-detail"),
    path("lines/<int:pk>/edit/", lines.expense_edit, name="expense-edit"),
    path("lines/<int:pk>/delete/", lines.expense_delete, name="expense-delete"),
    path("lines/<int:pk>/submit/", lines.expense_submit, name="expense-submit"),
    path("lines/<int:pk>/approve/", lines.expense_approve, name="expense-approve"),
    path("lines/<int:pk>/return/", lines.expense_return, name="expense-return"),
    path("lines/<int:pk>/reject/", lines.expense_reject, name="expense-reject"),
    path("lines/<int:pk>/receipt/", lines.receipt_download, name="receipt-download"),
    path("lines/<int:pk>/ruling/", rulings.ruling_decide, name="ruling-decide"),
]
