"""The tags other rooms write their pages with."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.utils.safestring import mark_safe

from senim import rulebook
from senim.pages import look
from senim.texts import Text, catalogue, speaking

AT = datetime(2031, 8, 14, 9, 52, tzinfo=UTC)
"""14:52 in Almaty."""


def drawn(source: str, language: str = "kk", **context: object) -> str:
    with speaking(language):
        return Template(source).render(Context(context)).strip()


class Asked(forms.Form):
    iin = forms.CharField(label=Text("pages.document.number"), error_messages={"required": "Нөмірді жазыңыз"})
    use = forms.ChoiceField(
        label="Не үшін?", choices=[("sign", "Қол қою"), ("auth", "Кіру")], widget=forms.RadioSelect
    )
    place = forms.ChoiceField(
        label="Орталық", choices=[("Алматы", [("1", "№ 1")]), ("Астана", [("2", "№ 2")])]
    )
    agree = forms.BooleanField(label="Келісемін")
    secret = forms.CharField(label="Құпиясөз", widget=forms.PasswordInput)


class TestFields:
    def test_a_field_ties_label_hint_and_error_to_its_control(self) -> None:
        html = drawn('{% field form.iin hint="Он екі цифр" inputmode="numeric" %}', form=Asked({}))
        assert '<label class="govuk-label govuk-label--s" for="id_iin">Нөмірі</label>' in html
        assert 'aria-describedby="id_iin-hint id_iin-error"' in html
        assert 'aria-invalid="true"' in html
        assert 'inputmode="numeric"' in html
        assert "Нөмірді жазыңыз" in html
        assert "govuk-form-group--error" in html

    def test_radios_are_a_group_with_a_legend(self) -> None:
        html = drawn(
            "{% field form.use hints=hints %}", form=Asked({"use": "auth"}), hints={"auth": "Кабинет"}
        )
        assert "<legend" in html
        assert 'value="auth" checked aria-describedby="id_use_1-hint"' in html

    def test_a_select_keeps_its_groups(self) -> None:
        assert '<optgroup label="Астана">' in drawn("{% field form.place %}", form=Asked())

    def test_a_password_can_be_shown_and_is_never_printed_back(self) -> None:
        html = drawn("{% field form.secret %}", form=Asked({"secret": "tamyr-42"}))
        assert 'data-show-password="id_secret"' in html
        assert "tamyr-42" not in html

    def test_what_stays_on_the_device_has_no_name(self) -> None:
        html = drawn('{% local_password "p" "Құпиясөз" data_password=True %}{% local_file "f" "Файл" %}')
        assert " name=" not in html
        assert " data-password" in html

    def test_the_summary_names_every_error_and_links_to_its_field(self) -> None:
        html = drawn("{% error_summary form %}", form=Asked({}))
        assert "5 жерді түзетіңіз" in html
        assert [f'href="#id_{name}"' in html for name in ("iin", "use_0", "place", "agree", "secret")] == [
            True
        ] * 5

    def test_a_form_without_errors_has_no_summary(self) -> None:
        assert drawn("{% error_summary form %}", form=Asked()) == ""


class TestWords:
    def test_facts_are_escaped(self) -> None:
        html = drawn('{% say "pages.reference" reference=x %}', x="<b>&")
        assert "&lt;b&gt;&amp;" in html

    def test_facts_that_are_safe_html_stay_as_they_are(self) -> None:
        html = drawn('{% say "pages.reference" reference=x %}', x=mark_safe("<time>1</time>"))
        assert "<time>1</time>" in html

    def test_no_text_holds_markup(self) -> None:
        texts = {(key, code): text[code] for key, text in catalogue().items() for code in ("kk", "ru", "en")}
        assert [key for key, said in texts.items() if "<" in str(said) or "&" in str(said)] == []


class TestTimes:
    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("kk", "2031 жылғы 14 тамыз, 14:52"),
            ("ru", "14 августа 2031 года, 14:52"),
            ("en", "14 August 2031, 14:52"),
        ],
    )
    def test_a_moment_is_said_in_the_readers_language(self, language: str, said: str) -> None:
        html = drawn("{% time at %}", language, at=AT)
        assert said.replace(" ", "\u00a0").replace(",\u00a0", ", ") in html
        assert 'datetime="2031-08-14T14:52:00+05:00"' in html

    def test_today_and_yesterday_have_words(self) -> None:
        assert drawn("{{ at|lately:now }}", at=AT, now=AT + timedelta(hours=2)) == "Бүгін, 14:52"
        assert drawn("{{ at|lately:now }}", at=AT, now=AT + timedelta(days=1)) == "Кеше, 14:52"

    @pytest.mark.parametrize(
        ("minutes", "said", "kind"),
        [
            (200, "3 сағ 20 мин қалды", 'class="senim-clock"'),
            (48, "48 мин қалды", "senim-clock--soon"),
            (-130, "2 сағ 10 мин кешікті", "senim-clock--late"),
        ],
    )
    def test_a_deadline_is_said_in_words(self, minutes: int, said: str, kind: str) -> None:
        html = drawn("{% clock due now %}", due=AT + timedelta(minutes=minutes), now=AT)
        assert said in html.replace("\u00a0", " ")
        assert kind in html

    def test_a_countdown_is_true_without_script(self) -> None:
        html = drawn(
            '{% countdown until=at total=300 label="x" now=now %}', at=AT, now=AT - timedelta(seconds=277)
        )
        assert ">4:37<" in html
        assert 'width="92%"' in html

    def test_a_document_shows_its_date_in_figures(self) -> None:
        assert drawn("{{ day|figures }}", day=date(2031, 8, 14)) == "14.08.2031"


class TestFigures:
    @pytest.mark.parametrize(
        ("source", "shown"),
        [
            ('{{ "+77011234567"|phone }}', "+7 701 123 45 67"),
            ('{{ "+77011234567"|masked_phone }}', "+7 701 ••• •• 67"),
            ('{{ "910412400123"|iin }}', "910412 400123"),
            ('{{ "910412400123"|masked_iin }}', "•••••••• 0123"),
            ('{{ "047218593"|groups:3 }}', "047 218 593"),
            ("{{ 12345|number }}", "12 345"),
        ],
    )
    def test_groups_never_break(self, source: str, shown: str) -> None:
        assert drawn(source) == shown.replace(" ", "\u00a0")

    def test_a_code_is_read_digit_by_digit(self) -> None:
        assert "4 8 2, 9 1 3" in drawn('{% short_code "482913" %}')


def test_a_rule_no_longer_in_force_is_announced() -> None:
    html = drawn('{% demonstrated "certificates_by_order_839" %}')
    assert "Бұл тәртіп көрсету үшін қосылған" in html
    assert rulebook.rule("certificates_by_order_839").until == date(2014, 4, 5)


def test_a_rule_in_force_needs_no_banner() -> None:
    assert drawn('{% demonstrated "digital_documents_2022" %}') == ""


def test_the_committed_stylesheet_is_what_its_sources_give() -> None:
    committed = look.files("senim.pages").joinpath("static/senim/look.css").read_text(encoding="utf-8")
    assert committed == look.compiled()
