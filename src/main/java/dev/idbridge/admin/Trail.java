package dev.idbridge.admin;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened when a user was provisioned in an app by hand, step by step.
 *
 * @param result done, or what it waits for
 * @param complete whether the app is now, for this user, as it should be
 */
public record Trail(String user, String app, List<Step> steps, String result, boolean complete) {
  public Trail {
    steps = List.copyOf(steps);
  }

  /**
   * @param step trigger, expand, plan, call, answer or end
   * @param kind account, team or grants
   * @param target name of the user or group
   * @param text what was planned, called or answered; no secrets
   */
  public record Step(Instant at, String step, String kind, @Nullable String target, String text) {}
}
