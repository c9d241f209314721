package dev.idbridge.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs clients side by side for a time and counts what they got done. */
final class Load {
  private Load() {}

  /** One client: does one operation each time it is asked. */
  @FunctionalInterface
  interface Client {
    void once() throws Exception;
  }

  /** Operations a second over all clients; the first failure of any ends it. */
  static double rate(List<? extends Client> clients, long millis) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(clients.size());
    try {
      CyclicBarrier start = new CyclicBarrier(clients.size());
      List<Future<Double>> rates = new ArrayList<>();
      for (Client client : clients) {
        rates.add(
            threads.submit(
                () -> {
                  start.await();
                  long begin = System.nanoTime();
                  long end = begin + millis * 1_000_000;
                  long done = 0;
                  long now = begin;
                  while (now < end) {
                    client.once();
                    done++;
                    now = System.nanoTime();
                  }
                  return done * 1e9 / (now - begin);
                }));
      }
      double sum = 0;
      for (Future<Double> rate : rates) {
        sum += rate.get();
      }
      return sum;
    } finally {
      threads.shutdownNow();
    }
  }
}
