package dev.idbridge.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NameKeyTest {
  private final Locale before = Locale.getDefault();

  @AfterEach
  void restore() {
    Locale.setDefault(before);
  }

  private static void same(String a, String b) {
    assertThat(NameKey.of(a)).isEqualTo(NameKey.of(b));
  }

  private static void different(String a, String b) {
    assertThat(NameKey.of(a)).isNotEqualTo(NameKey.of(b));
  }

  @Test
  void caseDoesNotTellNamesApart() {
    same("ADA", "ada");
    same("Ada.Lovelace@Example.ORG", "ada.lovelace@example.org");
    same("Ada Lovelace", "ADA LOVELACE");
    same("ÉCOLE", "école");
  }

  @Test
  void accentsAndSpacesTellNamesApart() {
    different("jose", "josé");
    different("ada", "ada ");
    different("ada", " ada");
    different("a b", "ab");
    different("", " ");
  }

  @Test
  void sharpSIsNotDoubleS() {
    different("straße", "strasse");
    same("STRAßE", "straße");
  }

  @Test
  void theTurkishDotsDoNotDependOnTheMachine() {
    Locale.setDefault(Locale.forLanguageTag("tr"));
    assertThat(NameKey.of("IDA")).isEqualTo("ida");
    assertThat(NameKey.of("IDA B")).isEqualTo("ida b");
    different("ı", "i");
    different("İ", "i");
    same("İ", "i\u0307");
  }

  @Test
  void composedDecomposedAndWideFormsAreOneName() {
    same("jose\u0301", "josé");
    same("jose\u0301 x", "josé x");
    same("\u212b", "å");
    same("Ａｄａ", "ada");
  }

  @Test
  void foldingTwiceChangesNothing() {
    for (String text : new String[] {"İstanbul", "ΣΑΣ", "Ａ b", "ǅ", "ﬁ", "ᾼ"}) {
      assertThat(NameKey.of(NameKey.of(text))).isEqualTo(NameKey.of(text));
    }
  }
}
