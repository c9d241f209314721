package dev.idbridge.delivery;

import dev.idbridge.directory.ChangeWriter;
import dev.idbridge.model.ChangeRequest;
import dev.idbridge.model.StoreUnavailable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.Processor;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.AsyncProcessorSupport;
import org.jspecify.annotations.Nullable;

/**
 * The steps of {@code direct:change}: {@code pickApps} names the apps whose lanes become due,
 * {@code commit} makes the change durable with them. In: a {@link ChangeRequest}. Out: a {@link
 * dev.idbridge.model.Committed}, or the exception that refused it. Thread-safe.
 */
public final class ChangeSteps {
  private final LongFunction<List<Integer>> following;
  private final ChangeWriter writer;
  private final Runnable committed;
  private final Duration patience;

  /**
   * @param following ids of the apps that follow a directory, of every node that shares the store
   * @param committed called after every commit that changed something: lanes are due
   * @param patience how long a commit is waited for; after that the change fails with {@code
   *     StoreUnavailable} though it may become durable all the same, as it may when the answer is
   *     lost
   */
  public ChangeSteps(
      LongFunction<List<Integer>> following,
      ChangeWriter writer,
      Runnable committed,
      Duration patience) {
    this.following = following;
    this.writer = writer;
    this.committed = committed;
    this.patience = patience;
  }

  /** Makes the steps known to the routes. */
  public void bind(Registry registry) {
    registry.bind("pickApps", (Processor) this::pickApps);
    registry.bind("commit", new Commit());
  }

  private void pickApps(Exchange exchange) throws InvalidPayloadException {
    ChangeRequest request = exchange.getMessage().getMandatoryBody(ChangeRequest.class);
    exchange.getMessage().setBody(request.withApps(() -> following.apply(request.directory())));
  }

  /** Frees the worker while the commit is under way. */
  private final class Commit extends AsyncProcessorSupport {
    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
      CompletableFuture<dev.idbridge.model.Committed> written;
      try {
        written = writer.write(exchange.getMessage().getMandatoryBody(ChangeRequest.class));
      } catch (Exception e) {
        exchange.setException(e);
        callback.done(true);
        return true;
      }
      written.whenComplete(
          (result, failure) -> {
            if (failure == null && result.changed()) {
              committed.run();
            }
          });
      written
          .copy()
          .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
          .whenComplete(
              (result, failure) -> {
                if (failure != null) {
                  exchange.setException(cause(failure));
                } else {
                  exchange.getMessage().setBody(result);
                }
                callback.done(false);
              });
      return false;
    }
  }

  private static @Nullable Throwable cause(Throwable failure) {
    Throwable bare =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return bare instanceof TimeoutException
        ? new StoreUnavailable("a commit took longer than a request may last")
        : bare;
  }
}
