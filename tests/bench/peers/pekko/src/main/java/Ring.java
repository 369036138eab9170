// SPDX-License-Identifier: MIT

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/** The workloads ping-pong and ring: nodes pass on how many hops are left. */
final class Ring extends AbstractBehavior<Ring.Message> {
    interface Message {}

    record Next(ActorRef<Message> node) implements Message {}

    record Token(long left) implements Message {}

    record Report(ActorRef<Long> to) implements Message {}

    private final ActorRef<Long> done;
    private ActorRef<Message> next;
    private long seen;

    private Ring(ActorContext<Message> context, ActorRef<Long> done) {
        super(context);
        this.done = done;
    }

    static Behavior<Long> guardian(int size, long hops, CompletableFuture<String> figure) {
        return Behaviors.setup(
                context -> {
                    ActorRef<Long> self = context.getSelf();
                    List<ActorRef<Message>> nodes =
                            Peer.spawnAll(
                                    context, size, number -> Behaviors.setup(own -> new Ring(own, self)));
                    for (int i = 0; i < size; i++) {
                        nodes.get(i).tell(new Next(nodes.get((i + 1) % size)));
                    }
                    long begin = System.nanoTime();
                    nodes.get(0).tell(new Token(hops));
                    return Peer.collect(
                            1,
                            zero -> {
                                long elapsed = System.nanoTime() - begin;
                                Peer.tellAll(nodes, new Report(self));
                                return Peer.collect(
                                        size,
                                        seen -> {
                                            Peer.checkEqual("hops", seen, hops);
                                            figure.complete(Peer.each(elapsed, hops));
                                            return Behaviors.empty();
                                        });
                            });
                });
    }

    @Override
    public Receive<Message> createReceive() {
        return newReceiveBuilder()
                .onMessage(Token.class, this::onToken)
                .onMessage(Next.class, this::onNext)
                .onMessage(Report.class, this::onReport)
                .build();
    }

    private Behavior<Message> onToken(Token token) {
        seen++;
        if (token.left() > 1) {
            next.tell(new Token(token.left() - 1));
        } else {
            done.tell(0L);
        }
        return this;
    }

    private Behavior<Message> onNext(Next message) {
        next = message.node();
        return this;
    }

    private Behavior<Message> onReport(Report report) {
        report.to().tell(seen);
        return this;
    }
}
