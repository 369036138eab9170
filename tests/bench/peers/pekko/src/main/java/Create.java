// SPDX-License-Identifier: MIT

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The workload create: one actor creates the others and watches them end. */
final class Create extends AbstractBehavior<Long> {
    /** Actors that are created before they get their turn. */
    private static final long BROOD = 32;

    private final long count;
    private final CompletableFuture<String> figure;
    private final AtomicLong total = new AtomicLong();
    private final long begin = System.nanoTime();
    private long ended;

    private Create(ActorContext<Long> context, long count, CompletableFuture<String> figure) {
        super(context);
        this.count = count;
        this.figure = figure;
    }

    static Behavior<Long> guardian(long count, CompletableFuture<String> figure) {
        return Behaviors.setup(
                context -> {
                    context.getSelf().tell(0L);
                    return new Create(context, count, figure);
                });
    }

    /** Handles one message and ends. */
    private static Behavior<Long> mayfly(AtomicLong total) {
        return Behaviors.receiveMessage(
                number -> {
                    total.addAndGet(number);
                    return Behaviors.stopped();
                });
    }

    @Override
    public Receive<Long> createReceive() {
        return newReceiveBuilder()
                .onMessage(Long.class, this::onNext)
                .onSignal(Terminated.class, this::onTerminated)
                .build();
    }

    private Behavior<Long> onNext(long first) {
        long until = Math.min(count, first + BROOD);
        for (long number = first; number < until; number++) {
            ActorRef<Long> mayfly = getContext().spawnAnonymous(mayfly(total));
            getContext().watch(mayfly);
            mayfly.tell(number);
        }
        if (until < count) {
            getContext().getSelf().tell(until);
        }
        return this;
    }

    private Behavior<Long> onTerminated(Terminated terminated) {
        ended++;
        if (ended == count) {
            long elapsed = System.nanoTime() - begin;
            Peer.checkEqual("the sum of the numbers", total.get(), count * (count - 1) / 2);
            figure.complete(Peer.each(elapsed, count));
        }
        return this;
    }
}
