"""Spreadsheets of parties and people."""

from import_export import fields, widgets

from mou_portal.exchange import SafeResource
from participants.models import LocalGovernment, Participant, Province


class LocalGovernmentResource(SafeResource):
    """Contacts of local governments; rows are found by code, none is created by an import."""

    province = fields.Field("province", "province", widgets.ForeignKeyWidget(Province, "iso"))

    class Meta(SafeResource.Meta):
        model = LocalGovernment
        fields = ("code", "province", "address", "phone", "email")
        import_id_fields = ("code",)


class ParticipantResource(SafeResource):
    """Participants for export."""

    agreement = fields.Field("agreement__code", "agreement")
    code = fields.Field("local_government__code", "code")
    name_th = fields.Field("designation__name_th", "name_th")
    name_en = fields.Field("designation__name_en", "name_en")
    kind = fields.Field("designation__kind", "kind")

    class Meta(SafeResource.Meta):
        model = Participant
        fields = ("agreement", "order", "code", "name_th", "name_en", "kind", "signatory_as_printed", "signed_on")
        import_id_fields = ("agreement", "code")
