/**
 * Dialogues of identity providers as text: what one sends, and what it must be answered.
 *
 * <p>In: the text of a dialogue, and a {@link dev.idbridge.dialogue.Wire} to a SCIM service. Out:
 * the values that were captured, or the first answer that was not as written. Knows JSON and
 * nothing of the bridge.
 */
@NullMarked
package dev.idbridge.dialogue;

import org.jspecify.annotations.NullMarked;
