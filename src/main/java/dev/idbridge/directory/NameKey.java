package dev.idbridge.directory;

import java.text.Normalizer;
import java.util.Locale;
import rocks.xmpp.precis.PrecisProfile;
import rocks.xmpp.precis.PrecisProfiles;

/**
 * The form in which names and e-mail addresses are compared and looked up: two texts are the same
 * name when their keys are equal. Pure, whatever the machine's language.
 *
 * <p>Keys follow PRECIS UsernameCaseMapped (RFC 8265 section 3.3): width and case are mapped, the
 * result is in NFC. So {@code ADA} is {@code ada}, while {@code é} stays apart from {@code e} and
 * {@code ß} from {@code ss}. That profile refuses texts that real directories hold all the same
 * ({@code "Ada Lovelace"} and {@code "ada "} have spaces): those are case-mapped and put into NFC
 * just as they are, so that a trailing space still tells two names apart.
 */
final class NameKey {
  /** The most characters a key may have. */
  static final int MOST = 512;

  private static final PrecisProfile PROFILE = PrecisProfiles.USERNAME_CASE_MAPPED;

  private NameKey() {}

  static String of(String text) {
    if (ascii(text)) {
      // All that the profile, or its refusal, comes to for these.
      return text.toLowerCase(Locale.ROOT);
    }
    try {
      return PROFILE.enforce(text);
    } catch (IllegalArgumentException e) {
      // Covers PRECIS' own exceptions: a code point or direction it does not allow, an empty name.
      return Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFC);
    }
  }

  private static boolean ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
