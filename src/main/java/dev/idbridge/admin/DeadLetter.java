package dev.idbridge.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A lane that a person has to look at.
 *
 * @param id of the letter
 * @param kind account, team or grants
 * @param target name of the user or group, when it is known
 * @param resource id of the user or group in the directory
 * @param died when it was given up
 * @param reason what was tried, and what the app said last
 * @param lastChange id of the latest change it did not carry out
 * @param plan what was to be done, and to what in the app; in the answer to {@code show} alone
 * @param suggestion what a person can do; in the answer to {@code show} alone
 */
public record DeadLetter(
    String id,
    String app,
    String kind,
    @Nullable String target,
    @Nullable String resource,
    int attempts,
    @Nullable Instant firstFailed,
    Instant died,
    String reason,
    @Nullable String lastChange,
    @Nullable String plan,
    @Nullable String suggestion) {}
