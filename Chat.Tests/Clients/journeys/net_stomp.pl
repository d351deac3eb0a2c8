# One session of Net::Stomp, driven by lines of JSON: see driven.mjs.
use strict;
use warnings;
use Encode qw(decode encode);
use IO::Select;
use JSON::PP;
use Net::Stomp;

# JSON::PP makes characters of the octets it reads, and octets of the characters it writes.
my $json = JSON::PP->new->utf8->canonical;
my ($stomp, $version, %frames);
my $number = 0;
$| = 1;

my %do = (
    connect => sub {
        my ($told) = @_;
        $version = $told->{version};
        $stomp = Net::Stomp->new({ hostname => $told->{host}, port => $told->{port}, connect_delay => 0, receipt_timeout => 20 });
        my %headers = (%{ octets($told->{headers}) }, 'accept-version' => $version, host => '/');
        my $frame = $stomp->connect(\%headers);
        if (!$frame) {
            say_is('failed', why => 'no connection');
        }
        elsif ($frame->command eq 'CONNECTED') {
            say_is('connected', headers => characters($frame->headers), resumed => JSON::PP::false);
        }
        else {
            pass_on($frame);
        }
    },
    send => sub {
        my ($told) = @_;
        my %frame = (%{ octets($told->{headers}) }, destination => $told->{destination}, body => encode('UTF-8', $told->{body}));
        # What makes the library count the octets.
        $frame{bytes_message} = 1 if $told->{body} =~ /\0/;
        return $stomp->send(\%frame) if !defined $told->{receipt};
        answered($told->{receipt}, $stomp->send_with_receipt(\%frame));
    },
    send_transactional => sub {
        my ($told) = @_;
        answered($told->{receipt}, $stomp->send_transactional({ map { $_ => $told->{$_} } qw(destination body) }));
    },
    subscribe => sub {
        my ($told) = @_;
        $stomp->subscribe({ map { $_ => $told->{$_} } qw(id destination ack receipt) });
    },
    unsubscribe => sub { $stomp->unsubscribe({ id => $_[0]{id} }) },
    ack => sub { $stomp->ack(settling($_[0])) },
    nack => sub { $stomp->nack(settling($_[0])) },
    begin => sub { transact('BEGIN', $_[0]) },
    commit => sub { transact('COMMIT', $_[0]) },
    abort => sub { transact('ABORT', $_[0]) },
    leave => sub {
        $stomp->disconnect;
        say_is('closed');
    },
    # The library connects and subscribes anew when it is next asked for something, if it has not yet, and keeps CONNECTED to itself.
    again => sub {
        my $frame = $stomp->receive_frame({ timeout => 0 });
        say_is('connected', headers => {}, resumed => JSON::PP::true);
        pass_on($frame) if $frame;
    },
);

sub say_is {
    my ($what, %more) = @_;
    print $json->encode({ is => $what, %more }), "\n";
}

sub octets {
    my ($headers) = @_;
    return { map { encode('UTF-8', $_) => encode('UTF-8', $headers->{$_}) } keys %$headers };
}

sub characters {
    my ($headers) = @_;
    return { map { decode('UTF-8', $_) => decode('UTF-8', $headers->{$_}) } keys %$headers };
}

# The library waits for a receipt of its own, and says whether it came.
sub answered {
    my ($receipt, $good) = @_;
    return say_is('receipt', id => $receipt) if $good;
    say_is('failed', why => 'no RECEIPT in 3 s');
}

sub pass_on {
    my ($frame) = @_;
    my $headers = characters($frame->headers);
    my $body = decode('UTF-8', $frame->body // '');
    if ($frame->command eq 'MESSAGE') {
        $frames{ ++$number } = $frame;
        say_is('message', number => $number, headers => $headers, body => $body);
    }
    elsif ($frame->command eq 'RECEIPT') {
        say_is('receipt', id => $headers->{'receipt-id'});
    }
    else {
        say_is('error', headers => $headers, body => $body);
    }
}

# The library sends message-id alone, which is what 1.0 wants; the rest its user adds.
sub settling {
    my ($told) = @_;
    my $frame = $frames{ $told->{message} };
    my %more;
    $more{subscription} = $frame->headers->{subscription} if $version eq '1.1';
    $more{id} = $frame->headers->{ack} if $version eq '1.2';
    $more{transaction} = $told->{transaction} if defined $told->{transaction};
    return { frame => $frame, %more };
}

sub transact {
    my ($command, $told) = @_;
    $stomp->send_frame(Net::Stomp::Frame->new({ command => $command, headers => { transaction => $told->{transaction} } }));
}

sub connected { return $stomp && $stomp->socket->opened }

# Both the driver and the server may speak at any time.
my $input = '';
while (1) {
    while (connected() && $stomp->can_read({ timeout => 0 })) {
        my $socket = $stomp->socket;
        my $frame = $stomp->receive_frame({ timeout => 0 });
        # Where the line was reset, the library has a new one already.
        say_is('closed') if !connected() || $stomp->socket != $socket;
        pass_on($frame) if $frame;
    }
    my $ready = IO::Select->new(\*STDIN);
    $ready->add($stomp->socket) if connected();
    for my $handle ($ready->can_read) {
        next if $handle != \*STDIN;
        sysread(STDIN, $input, 65536, length $input) or exit;
        while ($input =~ s/^(.*)\n//) {
            my $told = $json->decode($1);
            $do{ $told->{do} }->($told);
        }
    }
}
