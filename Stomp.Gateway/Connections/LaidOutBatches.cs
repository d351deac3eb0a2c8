using System.Buffers;
using Stomp.Gateway.Transports;

namespace Stomp.Gateway.Connections;

/// <summary>
/// What a worker has written last, as octets. The members of a room get the same frames, and one after the other: whose batch is that of the one before, gets its
/// octets too. Owned by one worker at a time, and holds memory while that runs.
/// </summary>
internal sealed class LaidOutBatches
{
    /// <summary>One of each layout that was met; there are two.</summary>
    private readonly List<LaidOutBatch> _batches = [];

    /// <summary>Valid until the next call.</summary>
    public ReadOnlyMemory<byte> OctetsOf(ReadOnlySpan<OutboundFrame> batch, IFrameLayout layout)
    {
        foreach (var last in _batches)
        {
            if (last.Layout == layout) return last.OctetsOf(batch);
        }
        var first = new LaidOutBatch(layout);
        _batches.Add(first);
        return first.OctetsOf(batch);
    }

    public void Clear()
    {
        foreach (var batch in _batches) batch.Clear();
    }

    private sealed class LaidOutBatch(IFrameLayout layout)
    {
        private readonly PooledBuffer _octets = new();
        private OutboundFrame[] _frames = [];
        private int _count;

        public IFrameLayout Layout => layout;

        public ReadOnlyMemory<byte> OctetsOf(ReadOnlySpan<OutboundFrame> batch)
        {
            if (!IsThat(batch)) LayOut(batch);
            return _octets.Memory;
        }

        public void Clear()
        {
            _octets.Clear();
            if (_frames.Length > 0) ArrayPool<OutboundFrame>.Shared.Return(_frames, clearArray: true);
            (_frames, _count) = ([], 0);
        }

        /// <summary>By the memory that frames lie in, not by what they say: that of an event is shared already, and so are the heads of a room's subscriptions.</summary>
        private bool IsThat(ReadOnlySpan<OutboundFrame> batch)
        {
            if (batch.Length != _count) return false;
            // From the end, where two batches differ if they do: what came last differs first.
            for (var i = batch.Length - 1; i >= 0; i--)
            {
                if (!batch[i].IsSameAs(_frames[i])) return false;
            }
            return true;
        }

        private void LayOut(ReadOnlySpan<OutboundFrame> batch)
        {
            _octets.Rewind();
            if (_frames.Length < batch.Length)
            {
                Clear();
                _frames = ArrayPool<OutboundFrame>.Shared.Rent(batch.Length);
            }
            else
            {
                _frames.AsSpan(0, _count).Clear();
            }
            batch.CopyTo(_frames);
            _count = batch.Length;
            foreach (ref readonly var frame in batch) layout.Add(frame, _octets);
        }
    }
}
