package dev.idbridge.testing;

import dev.idbridge.connector.spi.AppHttp;
import dev.idbridge.connector.spi.Services;
import java.time.Clock;

/** What an engine would lend. */
public record TestServices(String app, Clock clock, AppHttp http) implements Services {}
