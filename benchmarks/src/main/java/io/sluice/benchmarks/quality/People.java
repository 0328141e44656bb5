package io.sluice.benchmarks.quality;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Personal and payment data with the check digits that banks and registries publish. */
final class People {

  private static final String CORPUS = "personal data";
  private static final int EACH = 150;
  private static final String KEY = " => ";

  /**
   * How a kind of data is made, and what may stand around it in each half; behind {@value #KEY} the
   * value of an attribute.
   */
  private record Form(
      String type, List<String> shown, List<String> heldOut, Function<Dice, String> make) {
    List<String> around(Split split) {
      return split.of(shown, heldOut);
    }
  }

  private static final List<String> PLAIN =
      List.of("charged @ for order 17", "{\"number\":\"@\"}", "got @, refused", "n=@ state=new");
  private static final List<String> PLAIN_HELD_OUT =
      List.of("Zahlung mit @ abgelehnt.", "row: 17|@|EUR", "<v>@</v>", "debug: ['@', 3]");

  private static final List<Form> FORMS =
      List.of(
          new Form("card", PLAIN, PLAIN_HELD_OUT, Identities::card),
          new Form(
              "card grouped",
              PLAIN,
              PLAIN_HELD_OUT,
              d -> Identities.grouped(Identities.card16(d), 4, d.one(List.of(" ", "-")))),
          new Form("iban", PLAIN, PLAIN_HELD_OUT, Identities::iban),
          new Form(
              "iban grouped",
              PLAIN,
              PLAIN_HELD_OUT,
              d -> Identities.grouped(Identities.iban(d), 4, " ")),
          new Form(
              "e-mail",
              List.of("mail to @ bounced", "user=@", "{\"to\":\"@\"}", "from <@> rejected"),
              List.of("RCPT TO:<@>", "Nutzer @: gesperrt", "login(@)", "cc: @; 2 more"),
              People::email),
          new Form(
              "phone e.164",
              List.of("sms to @ sent", "phone=@", "call from @", "{\"msisdn\":\"@\"}"),
              List.of("Tel.: @", "WhatsApp @ blocked", "contact_number: @", "dial @;"),
              d -> "+" + d.one(List.of("49151", "44770", "1415", "33612", "919")) + d.digits(7)),
          new Form(
              "phone written",
              List.of("phone: @", "mobile @ unreachable", "call @", "customer.phone => @"),
              List.of("Tel. @", "Mobilnummer: @", "fax=@", "contactTel => @", "fax_number => @"),
              d ->
                  d.one(
                      List.of(
                          "(415) 555-" + d.digits(4),
                          "+49 151 " + d.digits(8),
                          "+44 7700 900" + d.digits(3),
                          "020 7946 0" + d.digits(3)))),
          new Form(
              "us-ssn",
              List.of("ssn=@", "SSN @ on file", "social security number: @", "customer_ssn => @"),
              List.of(
                  "social_security: @",
                  "{\"ssn\":\"@\"}",
                  "Applicant SSN is @.",
                  "applicantSsn => @"),
              Identities::ssn),
          new Form(
              "uk-nhs",
              List.of("NHS number @", "nhs_number=@", "nhs_number => @"),
              List.of("NHS no. @", "{\"nhsNumber\":\"@\"}", "patient.nhsNo => @"),
              Identities::nhs),
          new Form(
              "nl-bsn",
              List.of("BSN @", "bsn=@", "bsn => @"),
              List.of("burgerservicenummer: @", "{\"bsn\":\"@\"}", "klantBsn => @"),
              Identities::bsn),
          new Form(
              "es-dni",
              List.of("DNI @", "dni=@", "dni => @"),
              List.of("NIF: @", "{\"dni\":\"@\"}", "cliente.nif => @"),
              Identities::dni),
          new Form(
              "br-cpf",
              List.of("CPF @", "cpf=@", "cpf => @"),
              List.of("CPF nº @", "{\"cpf\":\"@\"}", "cliente_cpf => @"),
              Identities::cpf),
          new Form(
              "pl-pesel",
              List.of("PESEL @", "pesel=@", "pesel => @"),
              List.of("nr PESEL: @", "{\"pesel\":\"@\"}", "klient.pesel => @"),
              Identities::pesel),
          new Form(
              "fr-nir",
              List.of("NIR @", "nir=@", "nir => @"),
              List.of("numéro de sécurité sociale @", "{\"nir\":\"@\"}", "patient_nir => @"),
              Identities::nir),
          new Form(
              "de-tax-id",
              List.of("Steuer-ID @", "steuer_id=@", "steuer_id => @"),
              List.of("IdNr. @", "{\"steuerId\":\"@\"}", "kunde.idnr => @"),
              Identities::steuerId),
          new Form(
              "in-aadhaar",
              List.of("Aadhaar @", "aadhaar=@", "aadhaar => @"),
              List.of("UIDAI Aadhaar no. @", "{\"aadhaar\":\"@\"}", "customerAadhaar => @"),
              Identities::aadhaar));

  private People() {}

  static List<Sample> samples(Split split) {
    Dice dice = split.dice(CORPUS);
    List<Sample> samples = new ArrayList<>();
    for (Form form : FORMS) {
      List<String> around = form.around(split);
      for (int i = 0; i < EACH; i++) {
        String template = around.get(i % around.size());
        samples.add(sample(template, form.type(), form.make().apply(dice)));
      }
    }
    return samples;
  }

  private static Sample sample(String template, String type, String value) {
    String note = type + " in " + template;
    int key = template.indexOf(KEY);
    return key < 0
        ? new Sample.Writer().template(template, type, value).in(CORPUS, note)
        : new Sample.Writer()
            .secret(type, value)
            .inAttribute(CORPUS, note, template.substring(0, key));
  }

  private static String email(Dice dice) {
    String name = dice.one(List.of("ann", "bob.smith", "m.o'brien", "li-wei", "x_y", "a.b+shop"));
    String host =
        dice.one(
            List.of("example.com", "mail.example.co.uk", "post.example.de", "x-y.example.org"));
    return name + dice.digits(3) + "@" + host;
  }

  static int sum(String digits, int... weights) {
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += (digits.charAt(i) - '0') * weights[i];
    }
    return sum;
  }

  static int mod97(String digits) {
    return new BigInteger(digits).mod(BigInteger.valueOf(97)).intValue();
  }
}
