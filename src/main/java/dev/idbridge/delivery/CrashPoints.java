package dev.idbridge.delivery;

import dev.idbridge.model.CrashPoint;

/**
 * The named boundaries at which the crash tests end the process; those of one delivery also for one
 * kind of lane alone, such as {@code after-effect/grants}.
 */
final class CrashPoints {
  private CrashPoints() {}

  static void afterClaim() {
    CrashPoint.reached("after-claim");
  }

  static void afterIntent(Delivery delivery) {
    reached("after-intent", delivery);
  }

  static void afterEffect(Delivery delivery) {
    reached("after-effect", delivery);
  }

  static void midSlice(Delivery delivery) {
    reached("mid-slice", delivery);
  }

  static void beforeCompletion(Delivery delivery) {
    reached("before-completion", delivery);
  }

  /** One page of whatever is worked off in pages. */
  static void sweepPage() {
    CrashPoint.reached("sweep-page");
  }

  private static void reached(String name, Delivery delivery) {
    CrashPoint.reached(name, delivery.lane().kind().word());
  }
}
