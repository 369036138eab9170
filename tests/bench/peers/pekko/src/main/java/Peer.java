// SPDX-License-Identifier: MIT

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Runs one of the workloads with Pekko's typed actors: PROGRAM WORKLOAD COUNT WORKERS. A workload is the
 * guardian of an actor system: it creates the actors, collects what they report, and completes a future
 * with the figure.
 */
public final class Peer {
    static final int RING = 100;
    static final int JOINERS = 60;
    static final int PEERS = 120;
    static final int CREATURES = 100;
    static final int PRODUCERS = 100;
    static final int BUYERS = 1000;

    /** How long a buyer waits for an answer; long enough that a slow machine never reaches it. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Messages from one sender after which a flood lets others run. */
    static final long BURST = 1024;

    /** Makes the guardian of a workload of so many units. */
    interface Workload {
        Behavior<Long> guardian(long count, CompletableFuture<String> figure);
    }

    static final Map<String, Workload> WORKLOADS =
            Map.ofEntries(
                    Map.entry("ping-pong", (count, figure) -> Ring.guardian(2, count, figure)),
                    Map.entry("counting", (count, figure) -> Flood.guardian(1, 1, count, figure)),
                    Map.entry("ring", (count, figure) -> Ring.guardian(RING, count, figure)),
                    Map.entry("create", Create::guardian),
                    Map.entry("fork-join", (count, figure) -> Flood.guardian(1, JOINERS, count, figure)),
                    Map.entry("big", (count, figure) -> Big.guardian(share(count / 2, PEERS), figure)),
                    Map.entry("chameneos", Chameneos::guardian),
                    Map.entry(
                            "many-to-one",
                            (count, figure) ->
                                    Flood.guardian(PRODUCERS, 1, share(count, PRODUCERS), figure)),
                    Map.entry("shop", (count, figure) -> Shop.guardian(share(count, BUYERS), figure)),
                    Map.entry("memory", Shop::memory));

    private Peer() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            fail(2, "usage: WORKLOAD COUNT WORKERS");
        }
        Workload workload = WORKLOADS.get(arguments[0]);
        boolean ask = arguments[0].equals("ask");
        if (workload == null && !ask) {
            fail(77, arguments[0] + ": there is no such workload here");
        }
        long count = Long.parseLong(arguments[1]);
        int workers = Integer.parseInt(arguments[2]);
        if (count < 1 || workers < 1) {
            fail(2, "COUNT and WORKERS are numbers from 1");
        }
        // What has been compiled for a tenth of the work is there for the work that counts.
        long warmUp = Math.max(count / 10, 1);
        String found;
        if (ask) {
            ask(warmUp, workers);
            found = ask(count, workers);
        } else {
            if (!arguments[0].equals("memory")) {
                run(workload, warmUp, workers).terminate();
            }
            found = run(workload, count, workers).figure();
        }
        System.out.println(arguments[0] + " " + found);
        System.out.flush();
        // No exit hooks: what a million actors hold need not be given back one by one.
        Runtime.getRuntime().halt(0);
    }

    /** A workload that is over, and its actors. */
    record Result(String figure, ActorSystem<Long> system) {
        void terminate() {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    static Result run(Workload workload, long count, int workers) {
        CompletableFuture<String> figure = new CompletableFuture<>();
        ActorSystem<Long> system =
                ActorSystem.create(workload.guardian(count, figure), "peer", configuration(workers));
        return new Result(figure.join(), system);
    }

    /** The asker is the main thread, which is none of the workers. */
    static String ask(long count, int workers) {
        ActorSystem<Shop.Buy> inventory =
                ActorSystem.create(
                        Behaviors.setup(Shop.Inventory::new), "inventory", configuration(workers));
        long[] asksNs = new long[(int) count];
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            long sold =
                    AskPattern.ask(
                                    inventory,
                                    (ActorRef<Long> replyTo) -> new Shop.Buy(1, replyTo),
                                    PATIENCE,
                                    inventory.scheduler())
                            .toCompletableFuture()
                            .join();
            asksNs[i] = System.nanoTime() - begin;
            checkEqual("sold", sold, i + 1);
        }
        inventory.terminate();
        inventory.getWhenTerminated().toCompletableFuture().join();
        return percentiles(asksNs);
    }

    static Config configuration(int workers) {
        String pool =
                "fork-join-executor { parallelism-min = %1$d, parallelism-factor = 1.0, parallelism-max = %1$d }";
        return ConfigFactory.parseMap(Map.of("pekko.loglevel", "OFF", "pekko.log-dead-letters", "off"))
                .withFallback(
                        ConfigFactory.parseString(
                                String.format(
                                        "pekko.actor.default-dispatcher { "
                                                + pool
                                                + " }, pekko.actor.internal-dispatcher { "
                                                + pool
                                                + " }",
                                        workers)))
                .withFallback(ConfigFactory.load());
    }

    static void fail(int status, String why) {
        System.err.println(why);
        System.err.flush();
        Runtime.getRuntime().halt(status);
    }

    /**
     * Ends the program unless both are equal. It does not throw, because an exception in an actor is
     * contained there and the program would wait for ever.
     */
    static void checkEqual(String what, long found, long expected) {
        if (found != expected) {
            fail(1, what + ": " + found + " instead of " + expected);
        }
    }

    static String each(long elapsedNs, long units) {
        return String.format("%.2f ns", (double) elapsedNs / units);
    }

    /** What falls to one of so many actors; at least one. */
    static long share(long count, long actors) {
        return Math.max(count / actors, 1);
    }

    /** Adds up so many reports, then goes on with their sum. */
    static Behavior<Long> collect(long reports, LongFunction<Behavior<Long>> then) {
        return Behaviors.setup(context -> new Collector(reports, then).behavior());
    }

    private static final class Collector {
        private long missing;
        private long sum;
        private final LongFunction<Behavior<Long>> then;

        Collector(long reports, LongFunction<Behavior<Long>> then) {
            this.missing = reports;
            this.then = then;
        }

        Behavior<Long> behavior() {
            return Behaviors.receiveMessage(
                    report -> {
                        sum += report;
                        missing--;
                        return missing == 0 ? then.apply(sum) : Behaviors.same();
                    });
        }
    }

    static <T> List<ActorRef<T>> spawnAll(
            ActorContext<?> context, long count, IntFunction<Behavior<T>> make) {
        List<ActorRef<T>> all = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            all.add(context.spawnAnonymous(make.apply(number)));
        }
        return all;
    }

    static <T> void tellAll(List<ActorRef<T>> all, T message) {
        all.forEach(one -> one.tell(message));
    }

    /** The memory of this process that is resident, without garbage. */
    static long residentBytes() {
        System.gc();
        try {
            String statm = Files.readString(Path.of("/proc/self/statm"));
            return Long.parseLong(statm.split(" ")[1]) * 4096;
        } catch (IOException exception) {
            throw new IllegalStateException(exception);
        }
    }

    static String percentiles(long[] asksNs) {
        Arrays.sort(asksNs);
        int last = asksNs.length - 1;
        return String.format("%.2f us %.2f", asksNs[last / 2] / 1e3, asksNs[(int) (last * 99L / 100)] / 1e3);
    }
}
