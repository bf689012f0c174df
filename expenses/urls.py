"""Addresses of expenses."""

from django.urls import path

from expenses.views import dry_run, lines, lists, rulings, settlement_steps, settlements

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
    path("settlements/", settlements.settlement_list, name="settlement-list"),
    path("settlements/new/", settlements.settlement_create, name="settlement-create"),
    path("settlements/<int:pk>/", settlements.settlement_detail, name="settlement-detail"),
    path("settlements/<int:pk>/pdf/", settlements.settlement_pdf_download, name="settlement-pdf"),
    path("settlements/<int:pk>/xlsx/", settlements.settlement_workbook, name="settlement-xlsx"),
    path("settlements/<int:pk>/csv/", settlements.settlement_csv, name="settlement-csv"),
    path("settlements/<int:pk>/redraw/", settlement_steps.settlement_redraw, name="settlement-redraw"),
    path("settlements/<int:pk>/delete/", settlement_steps.settlement_delete, name="settlement-delete"),
    path("settlements/<int:pk>/send/", settlement_steps.settlement_send, name="settlement-send"),
    path("settlements/<int:pk>/countersign/", settlement_steps.settlement_countersign, name="settlement-countersign"),
    path("settlements/<int:pk>/dispute/", settlement_steps.settlement_dispute, name="settlement-dispute"),
    path("settlements/<int:pk>/answer/", settlement_steps.settlement_answer, name="settlement-answer"),
    path("settlements/<int:pk>/correct/", settlement_steps.settlement_correct, name="settlement-correct"),
    path("settlements/<int:pk>/sign/", settlement_steps.settlement_sign, name="settlement-sign"),
    path("settlements/<int:pk>/pay/", settlement_steps.payment_create, name="payment-create"),
    path("settlements/<int:pk>/close/", settlement_steps.settlement_close, name="settlement-close"),
    path("payments/<int:pk>/slip/", settlements.slip_download, name="slip-download"),
]
