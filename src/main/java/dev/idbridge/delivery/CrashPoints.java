package dev.idbridge.delivery;

import dev.idbridge.model.CrashPoint;

/** The named boundaries of a delivery at which the crash tests end the process. */
final class CrashPoints {
  private CrashPoints() {}

  static void afterClaim() {
    CrashPoint.reached("after-claim");
  }

  static void afterIntent() {
    CrashPoint.reached("after-intent");
  }

  static void afterEffect() {
    CrashPoint.reached("after-effect");
  }

  static void midSlice() {
    CrashPoint.reached("mid-slice");
  }

  static void beforeCompletion() {
    CrashPoint.reached("before-completion");
  }
}
